package io.penstock.peers;

import io.penstock.benchmarks.Answer;
import io.penstock.benchmarks.Events;
import io.penstock.benchmarks.RunOrder;
import io.penstock.benchmarks.Workload;
import java.io.IOException;
import org.HdrHistogram.Histogram;

/** A peer in a JVM of its own: takes a {@link RunOrder}, and its lines are the answer. */
public final class PeerRun {
    private static final double NS_PER_S = 1e9;
    private static final double NS_PER_MS = 1e6;

    private PeerRun() {}

    /** Runs an order. */
    public static void main(String[] args) throws Exception {
        RunOrder order = RunOrder.parse(args);
        try (Peer peer = peer(order.system())) {
            if (!peer.does(order.workload())) {
                throw new IllegalArgumentException(
                        order.system() + " does not do " + order.workload().label());
            }
            Events events = order.events();
            switch (order.workload()) {
                case FIRST_RESULT -> first(order, peer, events);
                case RESULT_LATENCY -> latency(order, peer, events);
                default -> rates(order, peer, events);
            }
        }
    }

    /** A peer by its name. */
    static Peer peer(String system) throws IOException {
        return switch (system) {
            case "jet-1" -> new JetPeer(1);
            case "jet-2" -> new JetPeer(2);
            case "flink-1" -> new FlinkPeer(1);
            case "flink-2" -> new FlinkPeer(2);
            case "esper" -> new EsperPeer();
            case "kafka-streams" -> new KafkaStreamsPeer();
            case "aeron-archive" -> new AeronArchivePeer();
            default -> throw new IllegalArgumentException("no peer is called " + system);
        };
    }

    private static void rates(RunOrder order, Peer peer, Events events) throws Exception {
        order.warmUp(() -> peer.run(new Session(order.workload(), events, null)));
        for (int i = 0; i < order.repetitions(); i++) {
            Session session = new Session(order.workload(), events, null);
            peer.run(session);
            double rate = events.count() * NS_PER_S / session.elapsedNs();
            order.reportRate(System.out, rate, session.answer());
        }
    }

    /** Warmed up at full speed, then once at the pace of event time. */
    private static void latency(RunOrder order, Peer peer, Events events) throws Exception {
        order.warmUp(() -> peer.run(new Session(Workload.W2, events, null)));
        Session session = new Session(Workload.RESULT_LATENCY, events, null);
        peer.run(session);
        if (!session.isRateHeld()) {
            System.err.println("the rate was missed: " + session.achievedPerSecond());
        }
        Histogram latencies = session.latencies();
        order.reportLatency(
                System.out,
                latencies.getValueAtPercentile(50) / NS_PER_MS,
                latencies.getValueAtPercentile(90) / NS_PER_MS,
                session.answer());
    }

    private static void first(RunOrder order, Peer peer, Events events) throws Exception {
        Answer answer = Workload.FIRST_RESULT.expected(events);
        Session session =
                new Session(
                        Workload.FIRST_RESULT, events, () -> order.reportFirst(System.out, answer));
        peer.run(session);
        if (!session.answer().equals(answer)) {
            throw new IllegalStateException("answers " + session.answer() + ", not " + answer);
        }
    }
}
