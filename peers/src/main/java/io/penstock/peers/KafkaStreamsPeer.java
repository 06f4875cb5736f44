package io.penstock.peers;

import io.penstock.benchmarks.Events;
import io.penstock.benchmarks.Workload;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.agrona.IoUtil;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.Suppressed.BufferConfig;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.internals.StreamTask;
import org.apache.kafka.streams.state.Stores;

/**
 * Kafka Streams without a broker: the task that the test driver makes is fed directly in batches,
 * with stores in memory, logs and caches off, and a commit every so many records. The driver's own
 * way in would commit after each.
 */
final class KafkaStreamsPeer implements Peer {
    private static final String TOPIC = "payments";
    private static final String STORE = "totals";
    private static final int BATCH = 500;
    private static final int RECORDS_PER_COMMIT = 50_000;

    /** Later than all windows: a record of that age closes them. */
    private static final long FLUSH_MS = 60_000;

    /** Held, because loggers that nobody holds lose their level. */
    private static final Logger LOGGER = Logger.getLogger("org.apache.kafka");

    KafkaStreamsPeer() {
        LOGGER.setLevel(Level.SEVERE);
    }

    @Override
    public boolean does(Workload workload) {
        return workload != Workload.W1
                && workload != Workload.W4
                && workload != Workload.FIRST_RESULT;
    }

    @Override
    public void run(Session session) throws IOException {
        Path directory = Files.createTempDirectory(Path.of(""), "kafka-streams-");
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "peer");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toAbsolutePath().toString());
        Tally tally = session.tally();
        try (TopologyTestDriver driver =
                new TopologyTestDriver(topology(session.workload(), tally).build(), properties)) {
            feed(task(driver), session);
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private static StreamsBuilder topology(Workload workload, Tally tally) {
        boolean isOverlapping = workload == Workload.W3;
        Duration size =
                Duration.ofMillis(isOverlapping ? Workload.OVERLAP_SIZE_MS : Events.WINDOW_MS);
        Duration grace = Duration.ofMillis(Events.DISORDER_MS);
        Duration every =
                Duration.ofMillis(isOverlapping ? Workload.OVERLAP_EVERY_MS : Events.WINDOW_MS);
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(TOPIC, Consumed.with(Serdes.Long(), Serdes.Long()))
                .groupByKey()
                .windowedBy(TimeWindows.ofSizeAndGrace(size, grace).advanceBy(every))
                .aggregate(
                        Totals::new,
                        (account, amount, totals) -> totals.add(amount),
                        Materialized.<Long, Totals>as(
                                        Stores.inMemoryWindowStore(
                                                STORE, size.plus(grace), size, false))
                                .withKeySerde(Serdes.Long())
                                .withValueSerde(totals())
                                .withLoggingDisabled()
                                .withCachingDisabled())
                .suppress(
                        Suppressed.untilWindowCloses(
                                BufferConfig.unbounded().withLoggingDisabled()))
                .toStream()
                .foreach(
                        (window, totals) ->
                                tally.add(
                                        window.key(),
                                        window.window().start(),
                                        totals.sum,
                                        totals.count,
                                        totals.max));
        return builder;
    }

    private static Serde<Totals> totals() {
        return Serdes.serdeFrom(
                (topic, totals) ->
                        totals == null
                                ? null
                                : ByteBuffer.allocate(3 * Long.BYTES)
                                        .putLong(totals.sum)
                                        .putLong(totals.count)
                                        .putLong(totals.max)
                                        .array(),
                (topic, bytes) -> {
                    if (bytes == null) {
                        return null;
                    }
                    ByteBuffer buffer = ByteBuffer.wrap(bytes);
                    Totals totals = new Totals();
                    totals.sum = buffer.getLong();
                    totals.count = buffer.getLong();
                    totals.max = buffer.getLong();
                    return totals;
                });
    }

    private static StreamTask task(TopologyTestDriver driver) {
        try {
            Field field = TopologyTestDriver.class.getDeclaredField("task");
            field.setAccessible(true);
            return (StreamTask) field.get(driver);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this test driver keeps its task elsewhere", e);
        }
    }

    private static void feed(StreamTask task, Session session) {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        Feed feed = session.feed();
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>(BATCH);
        long offset = 0;
        long latestMs = 0;
        while (!feed.isDone()) {
            batch.clear();
            int due = feed.await(BATCH);
            for (int i = 0; i < due; i++) {
                feed.advance();
                latestMs = Math.max(latestMs, feed.timeMs());
                batch.add(record(offset++, feed.timeMs(), feed.account(), feed.amount()));
            }
            process(task, partition, batch);
            if (offset / RECORDS_PER_COMMIT != (offset - due) / RECORDS_PER_COMMIT) {
                task.prepareCommit(true);
                task.postCommit(false);
            }
        }
        process(task, partition, List.of(record(offset, latestMs + FLUSH_MS, 0, 0)));
        session.ended(System.nanoTime());
    }

    private static void process(
            StreamTask task,
            TopicPartition partition,
            List<ConsumerRecord<byte[], byte[]>> records) {
        long nowMs = System.currentTimeMillis();
        task.addRecords(partition, records);
        for (int i = 0; i < records.size(); i++) {
            if (!task.process(nowMs)) {
                throw new IllegalStateException("the task does not take its records");
            }
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(
            long offset, long timeMs, long key, long value) {
        return new ConsumerRecord<>(
                TOPIC,
                0,
                offset,
                timeMs,
                TimestampType.CREATE_TIME,
                Long.BYTES,
                Long.BYTES,
                bytes(key),
                bytes(value),
                new RecordHeaders(),
                Optional.empty());
    }

    private static byte[] bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    @Override
    public void close() {
        // Drivers are closed after each run.
    }
}
