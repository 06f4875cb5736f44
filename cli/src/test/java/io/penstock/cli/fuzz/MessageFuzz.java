package io.penstock.cli.fuzz;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.MessagePrinter;
import io.penstock.codecs.MessageType;
import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.builtin.BarEncoder;
import io.penstock.codecs.builtin.CardTransactionDecoder;
import io.penstock.codecs.builtin.CardTransactionEncoder;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.codecs.builtin.WindowResultEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/** SBE messages at the boundary: what the validator lets pass is decoded by every decoder. */
public final class MessageFuzz implements FuzzTarget {
    private static final MessageFuzz TARGET = new MessageFuzz();

    private final MessagePrinter printer =
            new MessagePrinter(BuiltinMessages.SCHEMA, SystemMessages.SCHEMA);
    private final StringBuilder out = new StringBuilder();

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] input) {
        TARGET.run(input);
    }

    @Override
    public Verdict run(byte[] input) {
        // All of the buffer belongs to the message: reading behind it is out of bounds.
        UnsafeBuffer buffer = new UnsafeBuffer(input);
        out.setLength(0);
        boolean isValid = printer.validate(buffer, 0, input.length) == 0;
        Verdict verdict =
                Typed.of(
                        () -> {
                            printer.appendJson(out, buffer, 0, input.length);
                            Typed.requirePrintable(out.toString());
                            printer.appendCsv(out, buffer, 0, input.length);
                            return true;
                        });
        if (isValid != (verdict == Verdict.ACCEPTED)) {
            throw new AssertionError("the validator says " + isValid + ", the printer " + verdict);
        }
        if (isValid) {
            decode(BuiltinMessages.KEYED_VALUE, buffer, KeyedValueDecoder::sbeSkip);
            decode(BuiltinMessages.WINDOW_RESULT, buffer, WindowResultDecoder::sbeSkip);
            decode(BuiltinMessages.CARD_TRANSACTION, buffer, CardTransactionDecoder::sbeSkip);
        }
        return verdict;
    }

    private static <D extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>
            void decode(
                    MessageType<D, E> type,
                    UnsafeBuffer buffer,
                    java.util.function.Consumer<D> reading) {
        if (type.validator().validate(buffer, 0, buffer.capacity()) == 0) {
            D decoder = type.newDecoder();
            type.wrap(decoder, buffer, 0);
            reading.accept(decoder);
            if (decoder.toString().length() > 16 * buffer.capacity() + 1024) {
                throw new AssertionError("a decoder says more than the message holds");
            }
        }
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[512]);
        KeyedValueEncoder value = BuiltinMessages.KEYED_VALUE.newEncoder();
        BuiltinMessages.KEYED_VALUE.wrapAndWriteHeader(value, buffer, 0);
        value.eventTimeNs(17).putKey(Bytes.of("a\u001bkey"), 0, 5);
        seeds.add(bytes(buffer, BuiltinMessages.KEYED_VALUE.complete(value, buffer, 0)));
        WindowResultEncoder result = BuiltinMessages.WINDOW_RESULT.newEncoder();
        BuiltinMessages.WINDOW_RESULT.wrapAndWriteHeader(result, buffer, 0);
        result.windowStartNs(1).windowEndNs(2).valuesCount(2).next().scale((short) 1).next();
        result.putKey(Bytes.of("k"), 0, 1);
        seeds.add(bytes(buffer, BuiltinMessages.WINDOW_RESULT.complete(result, buffer, 0)));
        CardTransactionEncoder card = BuiltinMessages.CARD_TRANSACTION.newEncoder();
        BuiltinMessages.CARD_TRANSACTION.wrapAndWriteHeader(card, buffer, 0);
        card.seq(3).customer("c").terminal("t").txId("x");
        seeds.add(bytes(buffer, BuiltinMessages.CARD_TRANSACTION.complete(card, buffer, 0)));
        BarEncoder bar = BuiltinMessages.BAR.newEncoder();
        BuiltinMessages.BAR.wrapAndWriteHeader(bar, buffer, 0);
        seeds.add(bytes(buffer, BuiltinMessages.BAR.complete(bar, buffer, 0)));
        return seeds;
    }

    private static byte[] bytes(UnsafeBuffer buffer, int length) {
        return Arrays.copyOf(buffer.byteArray(), length);
    }
}
