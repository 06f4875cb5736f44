package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
    @TempDir Path directory;

    private final MemorySink results = new MemorySink();
    private final MemorySink late = new MemorySink();

    private Pipeline pipeline(long sizeSeconds, long everySeconds) {
        return Pipeline.define(
                "totals",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events =
                            p.source("events", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(
                                            KeyedValueDecoder::eventTimeNs,
                                            Disorder.within(Duration.ofSeconds(1)));
                    events.keyByBytes(
                                    "by-key", (message, target) -> message.getKey(target, 0, 1024))
                            .window(
                                    "windows",
                                    Windows.hopping(
                                            Duration.ofSeconds(sizeSeconds),
                                            Duration.ofSeconds(everySeconds)),
                                    Late.toSide("late"))
                            .aggregate(
                                    Aggregates.count(), Aggregates.sum(m -> m.value().mantissa()))
                            .sink("output", Sinks.memory(results));
                    events.side("late").sink("late", Sinks.memory(late));
                });
    }

    @Test
    void shouldFireWindowsAndRecoverWhatItHad() {
        Pipeline pipeline = pipeline(10, 5);
        EngineConfig config = EngineConfig.at(directory).snapshotEvery(3);
        long hash;
        try (Engine engine = Engine.open(pipeline, config)) {
            Publisher publisher = engine.publisher("events");
            offer(publisher, 1, "a", 10);
            offer(publisher, 6, "b", 20);
            offer(publisher, 7, "a", 5);
            offer(publisher, 30, "a", 1);
            offer(publisher, 2, "b", 7);
            engine.awaitIdle();
            hash = engine.stateHash();
            publisher.close();
        }
        List<String> expected =
                List.of(
                        "-5..5 a 1 10",
                        "0..10 a 2 15",
                        "0..10 b 1 20",
                        "5..15 a 1 5",
                        "5..15 b 1 20");
        assertEquals(sorted(expected), sorted(texts()));
        assertEquals(1, late.messages().size());

        try (Engine engine = Engine.open(pipeline, config)) {
            assertEquals(hash, engine.stateHash());
            assertEquals(4, engine.resumePoint("events").position());
            engine.endSource("events", 5, 0);
            engine.awaitIdle();
        }
        assertTrue(texts().contains("30..40 a 1 1"), () -> texts().toString());
        assertEquals(7, texts().size(), () -> texts().toString());
    }

    @Test
    void shouldGoOnInACsvInputWhereAnEarlierRunStopped() {
        Pipeline pipeline = pipeline(10, 10);
        EngineConfig config = EngineConfig.at(directory);
        String head = "at,name,n\n1,a,10\n";
        String rest = "2,a,7.5.1\n3,a,5\n";
        InputStream broken =
                new SequenceInputStream(
                        input(head),
                        new FilterInputStream(input("")) {
                            @Override
                            public int read(byte[] bytes, int offset, int length)
                                    throws IOException {
                                throw new IOException("the cable was pulled");
                            }
                        });
        try (Engine engine = Engine.open(pipeline, config)) {
            PenstockException fault =
                    assertThrows(PenstockException.class, () -> ingest(engine, broken));
            assertEquals(PenstockException.Category.INPUT, fault.category());
        }
        try (Engine engine = Engine.open(pipeline, config)) {
            ingest(engine, input(head + rest));
            engine.awaitIdle();
        }
        assertEquals(List.of("0..10 a 2 15"), texts());

        try (Engine engine = Engine.open(pipeline, config)) {
            ingest(engine, input(head + rest));
            engine.awaitIdle();
            PenstockException fault =
                    assertThrows(PenstockException.class, () -> ingest(engine, input(head)));
            assertEquals(PenstockException.Category.OTHER_INPUT, fault.category());
        }
        assertEquals(List.of("0..10 a 2 15"), texts());
    }

    private static InputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void ingest(Engine engine, InputStream csv) {
        engine.ingestCsv(
                "events",
                CsvMapper.of(BuiltinMessages.KEYED_VALUE)
                        .time("eventTimeNs", "at", TimeUnitFormat.S)
                        .field("value", "n")
                        .field("key", "name"),
                csv,
                "events.csv");
    }

    private static List<String> sorted(List<String> values) {
        return values.stream().sorted().toList();
    }

    private List<String> texts() {
        List<String> texts = new ArrayList<>();
        WindowResultDecoder result = new WindowResultDecoder();
        for (UnsafeBuffer buffer : results.buffers()) {
            BuiltinMessages.WINDOW_RESULT.wrap(result, buffer, 0);
            StringBuilder text = new StringBuilder();
            text.append(result.windowStartNs() / 1_000_000_000L).append("..");
            text.append(result.windowEndNs() / 1_000_000_000L).append(' ');
            StringBuilder values = new StringBuilder();
            WindowResultDecoder.ValuesDecoder group = result.values();
            while (group.hasNext()) {
                values.append(' ').append(group.next().mantissa().low());
            }
            byte[] key = new byte[result.keyLength()];
            result.getKey(key, 0, key.length);
            texts.add(text + new String(key, java.nio.charset.StandardCharsets.UTF_8) + values);
        }
        return texts;
    }

    private static void offer(Publisher publisher, long seconds, String key, long value) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[128]);
        KeyedValueEncoder encoder = new KeyedValueEncoder();
        BuiltinMessages.KEYED_VALUE.wrapAndWriteHeader(encoder, buffer, 0);
        encoder.eventTimeNs(seconds * 1_000_000_000L);
        encoder.value().mantissa(value).scale((short) 0);
        byte[] bytes = key.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        encoder.putKey(bytes, 0, bytes.length);
        long status =
                publisher.offer(buffer, 0, BuiltinMessages.KEYED_VALUE.encodedLength(encoder));
        assertTrue(status >= 0, () -> "status " + status);
    }
}
