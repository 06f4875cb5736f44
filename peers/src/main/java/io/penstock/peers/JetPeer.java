package io.penstock.peers;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.jet.aggregate.AggregateOperation;
import com.hazelcast.jet.aggregate.AggregateOperation1;
import com.hazelcast.jet.datamodel.KeyedWindowResult;
import com.hazelcast.jet.pipeline.BatchSource;
import com.hazelcast.jet.pipeline.Pipeline;
import com.hazelcast.jet.pipeline.Sink;
import com.hazelcast.jet.pipeline.SinkBuilder;
import com.hazelcast.jet.pipeline.SourceBuilder;
import com.hazelcast.jet.pipeline.WindowDefinition;
import io.penstock.benchmarks.Events;
import io.penstock.benchmarks.VelocityRing;
import io.penstock.benchmarks.Workload;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Hazelcast Jet: one member in this JVM that joins nobody, no processing guarantee. Windows are
 * accumulated in two stages, as Jet does of itself; overlapping windows share panes.
 */
final class JetPeer implements Peer {
    private static final int BATCH = 1024;
    private static final int MAX_PARALLELISM = 2;

    /** Held, because loggers that nobody holds lose their level. */
    private static final Logger LOGGER = Logger.getLogger("com.hazelcast");

    private final HazelcastInstance instance;

    JetPeer(int threads) {
        if (threads < 1 || threads > MAX_PARALLELISM) {
            throw new IllegalArgumentException("threads must be 1 or 2: threads=" + threads);
        }
        LOGGER.setLevel(Level.WARNING);
        Config config = new Config();
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.health.monitoring.level", "OFF");
        config.setProperty("hazelcast.shutdownhook.enabled", "false");
        config.getMetricsConfig().setEnabled(false);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        config.getNetworkConfig().setPublicAddress("127.0.0.1");
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getJetConfig().setEnabled(true).setCooperativeThreadCount(threads);
        instance = Hazelcast.newHazelcastInstance(config);
    }

    @Override
    public boolean does(Workload workload) {
        return workload != Workload.W1;
    }

    @Override
    public void run(Session session) {
        Pipeline pipeline = Pipeline.create();
        BatchSource<Payment> source =
                SourceBuilder.batch("payments", context -> Session.current().feed())
                        .<Payment>fillBufferFn(JetPeer::fill)
                        .build();
        switch (session.workload()) {
            case W3 ->
                    windows(
                            pipeline,
                            source,
                            WindowDefinition.sliding(
                                    Workload.OVERLAP_SIZE_MS, Workload.OVERLAP_EVERY_MS));
            case W4 -> velocity(pipeline, source);
            default -> windows(pipeline, source, WindowDefinition.tumbling(Events.WINDOW_MS));
        }
        instance.getJet().newJob(pipeline).join();
    }

    private static void fill(Feed feed, SourceBuilder.SourceBuffer<Payment> buffer) {
        int due = feed.due(BATCH);
        for (int i = 0; i < due; i++) {
            buffer.add(feed.take());
        }
        if (feed.isDone()) {
            buffer.close();
        }
    }

    private static void windows(
            Pipeline pipeline, BatchSource<Payment> source, WindowDefinition windows) {
        AggregateOperation1<Payment, Totals, Totals> totals =
                AggregateOperation.withCreate(Totals::new)
                        .<Payment>andAccumulate((sums, payment) -> sums.add(payment.amount))
                        .andCombine(Totals::combine)
                        .andExportFinish(sums -> sums);
        Sink<KeyedWindowResult<Long, Totals>> sink =
                SinkBuilder.sinkBuilder("results", context -> Session.current().tally())
                        .<KeyedWindowResult<Long, Totals>>receiveFn(
                                (tally, result) -> {
                                    Totals sums = result.result();
                                    tally.add(
                                            result.key(),
                                            result.start(),
                                            sums.sum,
                                            sums.count,
                                            sums.max);
                                })
                        .destroyFn(Tally::end)
                        .build();
        pipeline.readFrom(source)
                .addTimestamps(payment -> payment.timeMs, Events.DISORDER_MS)
                .groupingKey(payment -> payment.account)
                .window(windows)
                .aggregate(totals)
                .writeTo(sink);
    }

    private static void velocity(Pipeline pipeline, BatchSource<Payment> source) {
        Sink<Result> sink =
                SinkBuilder.sinkBuilder("alerts", context -> Session.current().tally())
                        .<Result>receiveFn(
                                (tally, alert) ->
                                        tally.add(
                                                alert.account,
                                                alert.startMs,
                                                alert.sum,
                                                alert.count,
                                                alert.max))
                        .destroyFn(Tally::end)
                        .build();
        pipeline.readFrom(source)
                .groupingKey(payment -> payment.account)
                .mapStateful(
                        () -> new long[VelocityRing.LONGS],
                        (ring, account, payment) -> Alerts.of(ring, payment))
                .writeTo(sink);
    }

    @Override
    public void close() {
        instance.shutdown();
    }
}
