package io.penstock.peers;

import io.penstock.benchmarks.Events;
import io.penstock.benchmarks.Workload;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.source.legacy.SourceFunction;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.SlidingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.assigners.WindowAssigner;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/**
 * Flink: a mini cluster in this JVM, heap state, objects reused, no checkpoints. The source is one
 * task; what is keyed has as many tasks as it is told.
 *
 * <p>Source and sink are of the older kind, because they do the least between a loop and a stream.
 */
@SuppressWarnings("deprecation")
final class FlinkPeer implements Peer {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int BATCH = 1024;

    /** Held, because loggers that nobody holds lose their level. */
    private static final List<Logger> LOGGERS =
            List.of(Logger.getLogger("org.apache.flink"), Logger.getLogger("org.apache.pekko"));

    private final int parallelism;

    FlinkPeer(int parallelism) {
        LOGGERS.forEach(logger -> logger.setLevel(Level.SEVERE));
        this.parallelism = parallelism;
    }

    @Override
    public boolean does(Workload workload) {
        return workload != Workload.W1;
    }

    @Override
    public void run(Session session) throws Exception {
        StreamExecutionEnvironment environment = environment(session.isPaced());
        DataStream<Payment> payments =
                environment.addSource(new Source(), Types.POJO(Payment.class)).setParallelism(1);
        SingleOutputStreamOperator<Result> results =
                switch (session.workload()) {
                    case W3 ->
                            windows(
                                    payments,
                                    SlidingEventTimeWindows.of(
                                            Duration.ofMillis(Workload.OVERLAP_SIZE_MS),
                                            Duration.ofMillis(Workload.OVERLAP_EVERY_MS)));
                    case W4 ->
                            payments.keyBy(payment -> payment.account, Types.LONG)
                                    .process(new FlinkVelocity());
                    default ->
                            windows(
                                    payments,
                                    TumblingEventTimeWindows.of(
                                            Duration.ofMillis(Events.WINDOW_MS)));
                };
        results.returns(Types.POJO(Result.class)).addSink(new FlinkSink());
        environment.execute();
    }

    private StreamExecutionEnvironment environment(boolean isPaced) {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.ADDRESS, LOOPBACK);
        configuration.set(RestOptions.BIND_ADDRESS, LOOPBACK);
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(JobManagerOptions.ADDRESS, LOOPBACK);
        configuration.set(JobManagerOptions.BIND_HOST, LOOPBACK);
        configuration.set(TaskManagerOptions.HOST, LOOPBACK);
        configuration.set(TaskManagerOptions.BIND_HOST, LOOPBACK);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
        if (isPaced) {
            // By default a watermark goes out five times a second, and events in full buffers.
            environment.getConfig().setAutoWatermarkInterval(1);
            environment.setBufferTimeout(0);
        }
        return environment;
    }

    private static SingleOutputStreamOperator<Result> windows(
            DataStream<Payment> payments, WindowAssigner<Object, TimeWindow> windows) {
        return payments.assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Payment>forBoundedOutOfOrderness(
                                        Duration.ofMillis(Events.DISORDER_MS))
                                .withTimestampAssigner((payment, timeMs) -> payment.timeMs))
                .setParallelism(1)
                .keyBy(payment -> payment.account, Types.LONG)
                .window(windows)
                .aggregate(
                        new Adding(),
                        new Closing(),
                        Types.POJO(Totals.class),
                        Types.POJO(Totals.class),
                        Types.POJO(Result.class));
    }

    @Override
    public void close() {
        // A job takes its cluster along when it ends.
    }

    /** One event object for all: objects are reused. */
    private static final class Source implements SourceFunction<Payment> {
        private static final long serialVersionUID = 1;

        private volatile boolean isCancelled;

        @Override
        public void run(SourceContext<Payment> context) {
            Feed feed = Session.current().feed();
            Payment payment = new Payment();
            while (!feed.isDone() && !isCancelled) {
                int due = feed.await(BATCH);
                for (int i = 0; i < due; i++) {
                    feed.advance();
                    payment.account = feed.account();
                    payment.timeMs = feed.timeMs();
                    payment.amount = feed.amount();
                    context.collect(payment);
                }
            }
        }

        @Override
        public void cancel() {
            isCancelled = true;
        }
    }

    private static final class Adding implements AggregateFunction<Payment, Totals, Totals> {
        private static final long serialVersionUID = 1;

        @Override
        public Totals createAccumulator() {
            return new Totals();
        }

        @Override
        public Totals add(Payment payment, Totals totals) {
            return totals.add(payment.amount);
        }

        @Override
        public Totals getResult(Totals totals) {
            return totals;
        }

        @Override
        public Totals merge(Totals left, Totals right) {
            return left.combine(right);
        }
    }

    private static final class Closing
            extends ProcessWindowFunction<Totals, Result, Long, TimeWindow> {
        private static final long serialVersionUID = 1;

        private transient Result result;

        @Override
        public void open(OpenContext context) {
            result = new Result();
        }

        @Override
        public void process(
                Long account, Context context, Iterable<Totals> windows, Collector<Result> out) {
            Totals totals = windows.iterator().next();
            result.account = account;
            result.startMs = context.window().getStart();
            result.sum = totals.sum;
            result.count = totals.count;
            result.max = totals.max;
            out.collect(result);
        }
    }
}
