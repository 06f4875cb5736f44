package io.penstock.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Ours against other systems, each in a JVM of its own, one after the other in every round. Peers
 * keep nothing durable; our journal is on. A group in which somebody gives no figure fails: the
 * best of those that are left would not be the best.
 */
final class ForkedPeers implements RatioGroup {
    private static final String PEER_MAIN = "io.penstock.peers.PeerRun";
    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final int EVENTS_PER_S = 100_000;

    /** What is asked of each process. */
    private enum Measure {
        /** Events per second, median of all repetitions of all rounds. */
        RATE,
        /** Lateness of results, ms. */
        LATENCY,
        /** From the start of the process to its first result, ms. */
        FIRST
    }

    /**
     * @param system name of a system
     * @param share it gets one of so many events, because it is slow
     * @param isQuick whether it runs when little time is given
     */
    private record Entrant(String system, int share, boolean isQuick) {}

    private final String name;
    private final Workload workload;
    private final int keys;
    private final Measure measure;
    private final List<Entrant> ours = new ArrayList<>();
    private final List<Entrant> peers = new ArrayList<>();
    private final List<Ratio> ratios = new ArrayList<>();

    private ForkedPeers(String name, Workload workload, int keys, Measure measure) {
        this.name = "peers-" + name;
        this.workload = workload;
        this.keys = keys;
        this.measure = measure;
    }

    /** All groups. */
    static List<RatioGroup> all() {
        return List.of(
                new ForkedPeers("w2-10k", Workload.W2, Setting.FEW_KEYS, Measure.RATE)
                        .ours(PenstockRun.ENGINE)
                        .peer("jet-1")
                        .peer("jet-2")
                        .peer("flink-2")
                        .peer("esper")
                        .peer("kafka-streams", 10)
                        .atLeast(8, "w2-10k-vs-best-peer", PenstockRun.ENGINE),
                new ForkedPeers("w2-1m", Workload.W2, Setting.MANY_KEYS, Measure.RATE)
                        .ours(PenstockRun.ENGINE)
                        .peer("jet-1")
                        .peer("jet-2")
                        .peerWhenThereIsTime("flink-2", 1)
                        .peerWhenThereIsTime("esper", 1)
                        .atLeast(6, "w2-1m-vs-best-peer", PenstockRun.ENGINE),
                new ForkedPeers("w3", Workload.W3, Setting.FEW_KEYS, Measure.RATE)
                        .ours(PenstockRun.ENGINE)
                        .peer("jet-1")
                        .peer("jet-2")
                        .peerWhenThereIsTime("flink-2", 4)
                        .peerWhenThereIsTime("esper", 8)
                        .peerWhenThereIsTime("kafka-streams", 40)
                        .atLeast(8, "w3-vs-best-peer", PenstockRun.ENGINE),
                new ForkedPeers("w4", Workload.W4, Setting.FEW_KEYS, Measure.RATE)
                        .ours(PenstockRun.ENGINE)
                        .peer("jet-1")
                        .peer("jet-2")
                        .peer("flink-2")
                        .peer("esper")
                        .atLeast(7, "w4-vs-best-peer", PenstockRun.ENGINE),
                new ForkedPeers("append", Workload.W1, Setting.FEW_KEYS, Measure.RATE)
                        .ours(PenstockRun.SEGMENT_JOURNAL)
                        .ours(PenstockRun.CHRONICLE_FRAMES)
                        .peer("aeron-archive")
                        .atLeast(3, "journal-vs-aeron-archive", PenstockRun.SEGMENT_JOURNAL)
                        .atLeast(
                                1.5,
                                "chronicle-frames-vs-aeron-archive",
                                PenstockRun.CHRONICLE_FRAMES),
                new ForkedPeers(
                                "result-latency",
                                Workload.RESULT_LATENCY,
                                Setting.FEW_KEYS,
                                Measure.LATENCY)
                        .ours(PenstockRun.ENGINE)
                        .peer("jet-2")
                        .peer("flink-1")
                        .peer("esper")
                        .atMost(0.1, "result-latency-vs-best-peer", PenstockRun.ENGINE),
                new ForkedPeers("start", Workload.FIRST_RESULT, 1, Measure.FIRST)
                        .ours(PenstockRun.ENGINE)
                        .peer("jet-2")
                        .peer("flink-1")
                        .atMost(1 / 3.0, "start-vs-best-peer", PenstockRun.ENGINE));
    }

    private ForkedPeers ours(String system) {
        ours.add(new Entrant(system, 1, true));
        return this;
    }

    private ForkedPeers peer(String system) {
        return peer(system, 1);
    }

    private ForkedPeers peer(String system, int share) {
        peers.add(new Entrant(system, share, true));
        return this;
    }

    private ForkedPeers peerWhenThereIsTime(String system, int share) {
        peers.add(new Entrant(system, share, false));
        return this;
    }

    private ForkedPeers atLeast(double goal, String ratio, String system) {
        ratios.add(Ratio.atLeast(goal, ratio, key(system), peerKeys()));
        return this;
    }

    private ForkedPeers atMost(double goal, String ratio, String system) {
        ratios.add(Ratio.atMost(goal, ratio, key(system), peerKeys()));
        return this;
    }

    private String[] peerKeys() {
        return peers.stream().map(peer -> key(peer.system())).toArray(String[]::new);
    }

    /** Of a value in what was measured. */
    private String key(String system) {
        return name + "/" + system;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Ratio> ratios() {
        return ratios;
    }

    @Override
    public String unit() {
        return measure == Measure.RATE ? Rates.EVENTS_PER_SECOND : "ms";
    }

    @Override
    public boolean isForked() {
        return true;
    }

    @Override
    public Map<String, Double> measure(Setting setting) throws IOException {
        Optional<Path> module = Forks.peers();
        if (module.isEmpty()) {
            setting.log().accept(name + ": " + Forks.HOW_TO_BUILD);
            return Map.of();
        }
        Map<String, List<Double>> figures = new LinkedHashMap<>();
        Map<Integer, Answer> answers = new HashMap<>();
        Noise noise = new Noise();
        for (int round = 0; round < rounds(setting); round++) {
            for (Entrant entrant : ours) {
                RunOrder order = order(entrant, setting);
                run(order, ownCommand(order), setting, answers, figures);
            }
            for (Entrant entrant : peers) {
                if (entrant.isQuick() || !setting.isQuick()) {
                    RunOrder order = order(entrant, setting);
                    List<String> command = Forks.peer(module.get(), PEER_MAIN, order.toArguments());
                    run(order, command, setting, answers, figures);
                }
            }
        }
        setting.log().accept(name + ": others used " + noise.describe());
        return medians(setting, figures);
    }

    /** Result latency has a process of ours that is not only for this. */
    private List<String> ownCommand(RunOrder order) {
        return measure == Measure.LATENCY
                ? Forks.ours(
                        ResultLatency.class.getName(),
                        List.of("--seconds", Integer.toString(order.count() / EVENTS_PER_S)))
                : Forks.ours(PenstockRun.class.getName(), order.toArguments());
    }

    private void run(
            RunOrder order,
            List<String> command,
            Setting setting,
            Map<Integer, Answer> answers,
            Map<String, List<Double>> figures)
            throws IOException {
        Answer expected =
                answers.computeIfAbsent(order.count(), count -> workload.expected(order.events()));
        setting.log().accept(name + ": " + String.join(" ", order.toArguments()));
        ForkedRun run = ForkedRun.run(order, command, setting.directory(), TIMEOUT);
        run.complaints().forEach(line -> setting.log().accept(order.system() + ": " + line));
        List<Double> values =
                switch (measure) {
                    case RATE -> run.rates(expected);
                    case LATENCY -> List.of(latency(setting, order, run, expected));
                    case FIRST -> List.of(run.firstMs(expected));
                };
        figures.computeIfAbsent(key(order.system()), key -> new ArrayList<>()).addAll(values);
    }

    private double latency(Setting setting, RunOrder order, ForkedRun run, Answer expected) {
        double[] latenciesMs = run.latenciesMs(expected);
        setting.log()
                .accept(
                        String.format(
                                Locale.ROOT,
                                "%s p50 %.3f ms, p90 %.3f ms",
                                key(order.system()),
                                latenciesMs[0],
                                latenciesMs[1]));
        return latenciesMs[0];
    }

    private int rounds(Setting setting) {
        return measure == Measure.FIRST
                ? setting.size().pick(1, 3, 7)
                : setting.size().pick(1, 1, 3);
    }

    private RunOrder order(Entrant entrant, Setting setting) {
        return switch (measure) {
            case FIRST -> new RunOrder(entrant.system(), workload, keys, 1, 0, 1);
            case LATENCY ->
                    new RunOrder(
                            entrant.system(),
                            workload,
                            keys,
                            setting.size().pick(600_000, 1_000_000, 1_000_000),
                            setting.size().pick(0, 2, 3),
                            1);
            case RATE ->
                    new RunOrder(
                            entrant.system(),
                            workload,
                            keys,
                            setting.eventCount() / entrant.share(),
                            setting.size().pick(0, 6, 6),
                            setting.size().pick(1, 3, 5));
        };
    }

    private static Map<String, Double> medians(Setting setting, Map<String, List<Double>> figures) {
        Map<String, Double> medians = new LinkedHashMap<>();
        figures.forEach(
                (key, values) -> {
                    double[] sorted =
                            values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
                    int last = sorted.length - 1;
                    double median = (sorted[last / 2] + sorted[(last + 1) / 2]) / 2;
                    medians.put(key, median);
                    setting.log()
                            .accept(
                                    String.format(
                                            Locale.ROOT,
                                            "%-36s %14.1f [%.1f..%.1f] of %d",
                                            key,
                                            median,
                                            sorted[0],
                                            sorted[last],
                                            sorted.length));
                });
        return medians;
    }
}
