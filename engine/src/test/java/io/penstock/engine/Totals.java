package io.penstock.engine;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** A small pipeline with overlapping windows and late events, and the events for it. */
final class Totals {
    static final String SOURCE = "events";

    private Totals() {}

    static Pipeline pipeline(MemorySink results) {
        return pipeline(Sinks.memory(results), 10);
    }

    static Pipeline pipeline(SinkSpec results, long sizeNs) {
        return Pipeline.define(
                "totals",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events =
                            p.source(SOURCE, BuiltinMessages.KEYED_VALUE)
                                    .eventTime(KeyedValueDecoder::eventTimeNs, new Disorder(3));
                    events.keyByBytes("key", (m, target) -> m.getKey(target, 0, 1024))
                            .window("windows", new Windows.Aligned(sizeNs, 4), Late.drop())
                            .aggregate(
                                    Aggregates.count(), Aggregates.sum(m -> m.value().mantissa()))
                            .sink("results", results);
                });
    }

    /** Passes events on until one has a negative value: that one throws. */
    static Pipeline failing(MemorySink results) {
        return Pipeline.define(
                "failing",
                p ->
                        p.source(SOURCE, BuiltinMessages.KEYED_VALUE)
                                .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none())
                                .keyBy("key", m -> 1)
                                .process("logic", BuiltinMessages.KEYED_VALUE, Failing::new)
                                .sink("results", Sinks.memory(results)));
    }

    private static final class Failing implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            long value = event.message().value().mantissa();
            if (value < 0) {
                throw new IllegalStateException("planted: " + value);
            }
            context.begin().eventTimeNs(event.eventTimeNs()).value().mantissa(value);
            context.emit();
        }
    }

    /** Encodes an event; its length. */
    static int encode(UnsafeBuffer buffer, long timeNs, String key, long value) {
        KeyedValueEncoder encoder = new KeyedValueEncoder();
        BuiltinMessages.KEYED_VALUE.wrapAndWriteHeader(encoder, buffer, 0);
        encoder.eventTimeNs(timeNs).value().mantissa(value).scale((short) 0);
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        encoder.putKey(bytes, 0, bytes.length);
        return BuiltinMessages.KEYED_VALUE.encodedLength(encoder);
    }

    /** Offers one event once. */
    static long offer(Publisher publisher, long timeNs, String key, long value) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[128]);
        return publisher.offer(buffer, 0, encode(buffer, timeNs, key, value));
    }

    /** Publishes the events of an endless sequence that is always the same. */
    static void publish(Publisher publisher, long from, long to) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[128]);
        for (long i = from; i < to; i++) {
            int length = encode(buffer, i / 3 - i * 7 % 5, "key" + i * 31 % 17, i % 1000);
            long status = publisher.offer(buffer, 0, length);
            while (status == io.penstock.engine.ring.ClaimStatus.BACK_PRESSURED) {
                Thread.onSpinWait();
                Thread.yield();
                status = publisher.offer(buffer, 0, length);
            }
            if (status < 0) {
                throw new IllegalStateException("status " + status + " at " + i);
            }
        }
    }

    /** A short name of all results in order. */
    static String digest(MemorySink results) {
        List<byte[]> messages = results.messages();
        int hash = 1;
        for (byte[] message : messages) {
            hash = 31 * hash + Arrays.hashCode(message);
        }
        return messages.size() + " results, hash " + Integer.toHexString(hash);
    }
}
