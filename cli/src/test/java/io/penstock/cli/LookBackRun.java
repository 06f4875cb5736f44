package io.penstock.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.cli.oracle.SharedData;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.MessageType;
import io.penstock.codecs.builtin.LookBackResultDecoder;
import io.penstock.codecs.builtin.LookBackResultEncoder;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.CsvMapperBuilder;
import io.penstock.codecs.csv.CsvReader;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.Layout;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.ingress.CsvIngest;
import io.penstock.engine.operator.Event;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.journal.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.zip.GZIPInputStream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Runs a stage over a file of the shared data, put in order, by an engine on a directory. */
final class LookBackRun {
    static final long NS_PER_MS = 1_000_000;

    private static final String SOURCE = "events";

    private final Path folder;

    LookBackRun(Path folder) {
        this.folder = folder;
    }

    /** Rows hold the event's number; the key is followed by a zero and a text. */
    static boolean encode(
            long seq,
            Event<?> event,
            DirectBuffer key,
            String text,
            LookBackResultEncoder result,
            long... numbers) {
        result.eventTimeNs(event.eventTimeNs()).rows(seq);
        LookBackResultEncoder.ValuesEncoder values = result.valuesCount(numbers.length);
        for (long number : numbers) {
            values.next().scale((short) 0).mantissa().low(number).high(number >> 63);
        }
        String all = key.getStringWithoutLengthUtf8(0, key.capacity()) + '\0' + text;
        byte[] bytes = (text.isEmpty() ? all.substring(0, all.length() - 1) : all).getBytes(UTF_8);
        result.putKey(bytes, 0, bytes.length);
        return true;
    }

    /** A result as it was read. */
    record Row(long seq, long ts, List<Long> values, String key, String text) {
        static Row of(UnsafeBuffer message) {
            LookBackResultDecoder result =
                    new Event<>(BuiltinMessages.LOOK_BACK_RESULT)
                            .wrap(message, 0, message.capacity())
                            .message();
            List<Long> numbers = new ArrayList<>();
            for (LookBackResultDecoder.ValuesDecoder value : result.values()) {
                numbers.add(value.mantissa().low());
            }
            byte[] key = new byte[result.keyLength()];
            result.getKey(key, 0, key.length);
            String[] texts = new String(key, UTF_8).split("\0", -1);
            return new Row(
                    result.rows(),
                    result.eventTimeNs() / NS_PER_MS,
                    numbers,
                    texts[0],
                    texts.length > 1 ? texts[1] : "");
        }

        String join(int... indexes) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < indexes.length; i++) {
                text.append(i == 0 ? "" : ",").append(values.get(indexes[i]));
            }
            return text.toString();
        }
    }

    <T extends MessageDecoderFlyweight> List<Row> run(
            String input,
            MessageType<T, ?> type,
            CsvMapperBuilder mapper,
            ToLongFunction<T> eventTimeNs,
            Duration disorder,
            Function<Stream<T>, Stream<LookBackResultDecoder>> body) {
        MemorySink results = new MemorySink();
        Pipeline pipeline =
                Pipeline.define(
                        "look-back",
                        p ->
                                body.apply(
                                                p.source(SOURCE, type)
                                                        .eventTime(
                                                                eventTimeNs,
                                                                Disorder.within(disorder))
                                                        .inOrder("in-order", Late.drop()))
                                        .sink("results", Sinks.memory(results)));
        Path file = SharedData.file(input);
        try (CsvReader reader =
                        new CsvReader(new GZIPInputStream(Files.newInputStream(file)), input);
                Engine engine = Engine.open(pipeline, config())) {
            CsvMapper rows = mapper.build(reader.readHeader());
            CsvIngest ingest =
                    new CsvIngest(engine.port(), 0, reader, rows, engine.resumePoint(SOURCE));
            ingest.skipConsumed();
            boolean more = true;
            while (more) {
                more = ingest.publish(Integer.MAX_VALUE);
            }
            engine.awaitDrained(engine.endSource(SOURCE, ingest.lastLine(), reader.sourceCheck()));
            engine.publishCounters();
            assertEquals(0, engine.counters().get("in-order.late"), input);
            assertEquals(0, engine.counters().get(SOURCE + ".rejected"), input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return results.buffers().stream().map(Row::of).toList();
    }

    private EngineConfig config() {
        try {
            return EngineConfig.at(Files.createTempDirectory(folder, "engine"))
                    .durability(Durability.NONE)
                    .layout(Layout.SHARED)
                    .snapshotEvery(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
