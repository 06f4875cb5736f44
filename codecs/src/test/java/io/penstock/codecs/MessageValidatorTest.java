package io.penstock.codecs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.codecs.builtin.WindowResultEncoder;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import uk.co.real_logic.sbe.ir.Token;
import uk.co.real_logic.sbe.otf.OtfMessageDecoder;
import uk.co.real_logic.sbe.otf.TokenListener;

final class MessageValidatorTest {
    private static final SchemaIr V0 = TestSchemas.version(0);
    private static final SchemaIr V1 = TestSchemas.version(1);
    private static final SchemaIr V2 = TestSchemas.version(2);

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);

    @Test
    void shouldAcceptWhatGeneratedEncodersWrite() {
        int length = windowResult(3, "key");

        assertEquals(0, BuiltinMessages.WINDOW_RESULT.validator().validate(buffer, 0, length));
        assertEquals(0, BuiltinMessages.SCHEMA.validator().validate(buffer, 0, length));
    }

    @Test
    void shouldNameTheHeaderFieldThatIsWrong() {
        int length = keyedValue("key");
        MessageValidator validator = BuiltinMessages.KEYED_VALUE.validator();

        assertCode(ValidationCode.OUTSIDE_BUFFER, validator.validate(buffer, -1, length));
        assertCode(ValidationCode.OUTSIDE_BUFFER, validator.validate(buffer, 0, -1));
        assertCode(ValidationCode.OUTSIDE_BUFFER, validator.validate(buffer, 250, length));
        assertCode(
                ValidationCode.OUTSIDE_BUFFER,
                validator.validate(buffer, Integer.MAX_VALUE, Integer.MAX_VALUE));
        assertCode(ValidationCode.HEADER_TRUNCATED, validator.validate(buffer, 0, 7));
        putU16(4, 999);
        assertCode(ValidationCode.WRONG_SCHEMA, validator.validate(buffer, 0, length));
        keyedValue("key");
        putU16(2, 3);
        assertCode(ValidationCode.WRONG_TEMPLATE, validator.validate(buffer, 0, length));
        keyedValue("key");
        putU16(0, 0);
        assertCode(ValidationCode.BLOCK_TOO_SHORT, validator.validate(buffer, 0, length));
        putU16(0, 65535);
        assertCode(ValidationCode.BLOCK_OUTSIDE, validator.validate(buffer, 0, length));
    }

    @Test
    void shouldNameTheGroupOrDataThatIsWrong() {
        int length = windowResult(2, "key");
        MessageValidator validator = BuiltinMessages.WINDOW_RESULT.validator();
        int group = SbeHeader.LENGTH + WindowResultDecoder.BLOCK_LENGTH;
        int key = group + 4 + 2 * 17;

        assertCode(ValidationCode.GROUP_HEADER_OUTSIDE, validator.validate(buffer, 0, group + 3));
        assertCode(ValidationCode.GROUP_OUTSIDE, validator.validate(buffer, 0, key - 1));
        assertCode(ValidationCode.DATA_HEADER_OUTSIDE, validator.validate(buffer, 0, key + 1));
        assertCode(ValidationCode.DATA_OUTSIDE, validator.validate(buffer, 0, length - 1));
        assertCode(ValidationCode.TRAILING_BYTES, validator.validate(buffer, 0, length + 1));
        putU16(group, 16);
        assertCode(ValidationCode.GROUP_BLOCK_TOO_SHORT, validator.validate(buffer, 0, length));
        windowResult(2, "key");
        putU16(group + 2, 65535);
        assertCode(ValidationCode.GROUP_COUNT_OUT_OF_RANGE, validator.validate(buffer, 0, length));
        putU16(group + 2, 65534);
        assertCode(ValidationCode.GROUP_OUTSIDE, validator.validate(buffer, 0, length));
        windowResult(2, "key");
        putU16(key, 65535);
        assertCode(ValidationCode.DATA_TOO_LONG, validator.validate(buffer, 0, length));
        putU16(key, 65534);
        assertCode(ValidationCode.DATA_OUTSIDE, validator.validate(buffer, 0, length));
    }

    @Test
    void shouldNotOverflowWhenGroupClaimsFourBillionTimesFourBillionBytes() {
        SchemaIr schema =
                TestSchemas.of(
                        "<sbe:message name=\"Big\" id=\"7\"><group name=\"ticks\" id=\"1\""
                                + " dimensionType=\"bigGroup\"><field name=\"tick\" id=\"2\""
                                + " type=\"int16\"/></group></sbe:message>");
        MessageValidator validator = schema.validator(7);
        SbeHeader.write(buffer, 0, 0, 7, TestSchemas.SCHEMA_ID, 0);
        for (int blockLength : new int[] {2, 7, 1 << 16, Integer.MAX_VALUE, -1, 1 << 31}) {
            for (int count : new int[] {200, 1 << 16, 1 << 30, Integer.MAX_VALUE, 1 << 31, -1}) {
                buffer.putInt(8, blockLength, ByteOrder.LITTLE_ENDIAN);
                buffer.putInt(12, count, ByteOrder.LITTLE_ENDIAN);

                int code = validator.validate(buffer, 0, 64);

                assertTrue(
                        code == ValidationCode.GROUP_OUTSIDE.code()
                                || code == ValidationCode.GROUP_COUNT_OUT_OF_RANGE.code(),
                        () -> blockLength + " x " + count + ": " + ValidationCode.of(code));
            }
        }
    }

    @Test
    void shouldRefuseEndlessGroupOfEntriesWithoutBytes() {
        SchemaIr schema =
                TestSchemas.of(
                        "<sbe:message name=\"Hollow\" id=\"7\"><group name=\"nothing\" id=\"1\""
                                + " dimensionType=\"bigGroup\"></group></sbe:message>");
        MessageValidator validator = schema.validator(7);
        SbeHeader.write(buffer, 0, 0, 7, TestSchemas.SCHEMA_ID, 0);
        buffer.putInt(8, 0, ByteOrder.LITTLE_ENDIAN);

        buffer.putInt(12, 65535, ByteOrder.LITTLE_ENDIAN);
        assertEquals(0, validator.validate(buffer, 0, 16));
        buffer.putInt(12, Integer.MAX_VALUE, ByteOrder.LITTLE_ENDIAN);
        assertCode(ValidationCode.GROUP_COUNT_OUT_OF_RANGE, validator.validate(buffer, 0, 16));
    }

    @Test
    void shouldAcceptOlderAndNewerMessagesByTheRulesOfSbe() {
        List<SchemaIr> versions = List.of(V0, V1, V2);
        for (SchemaIr writer : versions) {
            byte[] message = MessageBytes.random(writer, TestSchemas.ORDER, new Random(7));
            UnsafeBuffer exact = MessageBytes.exact(message);
            for (SchemaIr reader : versions) {
                int code = reader.validator().validate(exact, 0, message.length);

                assertEquals(0, code, writer.version() + " read by " + reader.version());
            }
        }
    }

    @Test
    void shouldRefuseOlderMessageWhoseBlockLacksFieldsOfItsVersion() {
        byte[] message = MessageBytes.random(V1, TestSchemas.ORDER, new Random(7));
        int lengthOfVersion0 = V0.message(TestSchemas.ORDER).get(0).encodedLength();
        UnsafeBuffer exact = MessageBytes.exact(message);
        exact.putShort(0, (short) lengthOfVersion0, ByteOrder.LITTLE_ENDIAN);

        int code = V2.validator().validate(exact, 0, message.length);

        assertCode(ValidationCode.BLOCK_TOO_SHORT, code);
    }

    @Test
    void shouldRefuseMessageOlderThanItsTemplate() {
        SchemaIr schema =
                TestSchemas.compile(
                        2,
                        "littleEndian",
                        TestSchemas.types(),
                        "<sbe:message name=\"New\" id=\"7\" sinceVersion=\"2\"/>");
        SbeHeader.write(buffer, 0, 0, 7, TestSchemas.SCHEMA_ID, 1);

        assertCode(ValidationCode.VERSION_TOO_OLD, schema.validator().validate(buffer, 0, 8));
    }

    @Test
    void shouldRefuseEveryTruncationAndReadNothingBehindIt() {
        for (SchemaIr schema : List.of(V0, V1, V2)) {
            byte[] message = MessageBytes.random(schema, TestSchemas.ORDER, new Random(11));
            for (int length = 0; length < message.length; length++) {
                UnsafeBuffer exact = MessageBytes.exact(Arrays.copyOf(message, length));

                assertNotEquals(0, schema.validator().validate(exact, 0, length));
            }
        }
    }

    @Test
    void shouldNeverAcceptMessageThatCannotBeDecodedInside() {
        long seed = 20260101L;
        Random random = new Random(seed);
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < 60_000; i++) {
            SchemaIr writer = List.of(V0, V1, V2).get(random.nextInt(3));
            byte[] message = mutated(writer, random, i);
            // The buffer ends where the message does: a read outside would throw.
            UnsafeBuffer exact = MessageBytes.exact(message);
            int round = i;

            int code = V1.validator().validate(exact, 0, message.length);

            if (code == 0) {
                accepted++;
                int end = decode(V1, exact);
                assertTrue(
                        end == message.length || SbeHeader.version(exact, 0) > V1.version(),
                        () -> "seed " + seed + " round " + round);
            } else {
                refused++;
            }
        }
        assertTrue(accepted > 5_000 && refused > 5_000, accepted + " / " + refused);
    }

    @Test
    void shouldAgreeWithGeneratedDecodersOnEveryByteOfAMessage() {
        int length = windowResult(2, "some key");
        byte[] valid = new byte[length];
        buffer.getBytes(0, valid);
        WindowResultDecoder decoder = new WindowResultDecoder();
        for (int at = 0; at < length; at++) {
            for (int value = 0; value < 256; value++) {
                byte[] message = valid.clone();
                message[at] = (byte) value;
                UnsafeBuffer exact = MessageBytes.exact(message);

                if (BuiltinMessages.WINDOW_RESULT.validator().validate(exact, 0, length) == 0) {
                    BuiltinMessages.WINDOW_RESULT.wrap(decoder, exact, 0);
                    for (WindowResultDecoder.ValuesDecoder each : decoder.values()) {
                        each.mantissa().high();
                        each.scale();
                    }
                    decoder.skipKey();
                    int decoded = decoder.limit();
                    assertTrue(decoded <= length, () -> "decoded to " + decoded);
                }
            }
        }
    }

    @Test
    void shouldAllocateNothing() {
        byte[] message = MessageBytes.random(V2, TestSchemas.ORDER, new Random(3));
        UnsafeBuffer exact = MessageBytes.exact(message);
        MessageValidator validator = V2.validator();
        int[] refused = new int[1];
        Runnable million =
                () -> {
                    for (int i = 0; i < 1_000_000; i++) {
                        refused[0] += validator.validate(exact, 0, message.length - (i & 1));
                    }
                };
        million.run();

        assertEquals(0, Allocations.leastBytesOf(million));
        assertTrue(refused[0] > 0);
    }

    @Test
    void shouldNameEveryCodeOnce() {
        for (ValidationCode code : ValidationCode.values()) {
            assertEquals(code, ValidationCode.of(code.code()));
        }
    }

    private static byte[] mutated(SchemaIr writer, Random random, int round) {
        if (round % 3 == 0) {
            return MessageBytes.withBrokenSize(writer, TestSchemas.ORDER, random);
        }
        byte[] message = MessageBytes.random(writer, TestSchemas.ORDER, random);
        if (round % 3 == 1) {
            int flips = random.nextInt(3);
            for (int i = 0; i < flips; i++) {
                message[random.nextInt(message.length)] ^= (byte) (1 << random.nextInt(8));
            }
            return message;
        }
        return Arrays.copyOf(
                message, Math.max(0, message.length + random.nextInt(5) - random.nextInt(5)));
    }

    /** Decodes with SBE's own decoder and touches every value; the offset behind the last one. */
    private static int decode(SchemaIr schema, DirectBuffer message) {
        return OtfMessageDecoder.decode(
                message,
                SbeHeader.LENGTH,
                SbeHeader.version(message, 0),
                SbeHeader.blockLength(message, 0),
                schema.message(SbeHeader.templateId(message, 0)),
                new TouchingListener(SbeHeader.version(message, 0)));
    }

    private int keyedValue(String key) {
        KeyedValueEncoder encoder = new KeyedValueEncoder();
        BuiltinMessages.KEYED_VALUE.wrapAndWriteHeader(encoder, buffer, 0);
        encoder.eventTimeNs(5).value().mantissa(15).scale((short) 1);
        encoder.putKey(key.getBytes(StandardCharsets.UTF_8), 0, key.length());
        assertEquals(17, KeyedValueDecoder.BLOCK_LENGTH);
        return BuiltinMessages.KEYED_VALUE.encodedLength(encoder);
    }

    private int windowResult(int values, String key) {
        WindowResultEncoder encoder = new WindowResultEncoder();
        BuiltinMessages.WINDOW_RESULT.wrapAndWriteHeader(encoder, buffer, 0);
        encoder.windowStartNs(1).windowEndNs(2);
        WindowResultEncoder.ValuesEncoder group = encoder.valuesCount(values);
        for (int i = 0; i < values; i++) {
            group.next().mantissa().low(i).high(0);
            group.scale((short) 0);
        }
        encoder.putKey(key.getBytes(StandardCharsets.UTF_8), 0, key.length());
        return BuiltinMessages.WINDOW_RESULT.encodedLength(encoder);
    }

    private void putU16(int offset, int value) {
        buffer.putShort(offset, (short) value, ByteOrder.LITTLE_ENDIAN);
    }

    private static void assertCode(ValidationCode expected, int code) {
        assertEquals(expected, ValidationCode.of(code));
    }

    /** Reads all bytes that a decoder would read, so that the buffer's bounds check them. */
    private record TouchingListener(int actingVersion) implements TokenListener {
        private void touch(Token field, DirectBuffer buffer, int index, int length) {
            if (field.version() <= actingVersion) {
                buffer.getBytes(index, new byte[length]);
            }
        }

        @Override
        public void onBeginMessage(Token token) {}

        @Override
        public void onEndMessage(Token token) {}

        @Override
        public void onEncoding(
                Token field, DirectBuffer buffer, int index, Token type, int version) {
            // Members of composites carry no version of their own: fields are touched whole below.
            if (field != type) {
                touch(field, buffer, index, type.encodedLength());
            }
        }

        @Override
        public void onEnum(
                Token field,
                DirectBuffer buffer,
                int index,
                List<Token> tokens,
                int fromIndex,
                int toIndex,
                int version) {
            touch(field, buffer, index, tokens.get(fromIndex).encodedLength());
        }

        @Override
        public void onBitSet(
                Token field,
                DirectBuffer buffer,
                int index,
                List<Token> tokens,
                int fromIndex,
                int toIndex,
                int version) {
            touch(field, buffer, index, tokens.get(fromIndex).encodedLength());
        }

        @Override
        public void onBeginComposite(Token field, List<Token> tokens, int fromIndex, int toIndex) {}

        @Override
        public void onEndComposite(Token field, List<Token> tokens, int fromIndex, int toIndex) {}

        @Override
        public void onGroupHeader(Token token, int numInGroup) {}

        @Override
        public void onBeginGroup(Token token, int groupIndex, int numInGroup) {}

        @Override
        public void onEndGroup(Token token, int groupIndex, int numInGroup) {}

        @Override
        public void onVarData(Token field, DirectBuffer buffer, int index, int length, Token type) {
            touch(field, buffer, index, length);
        }
    }
}
