package io.penstock.codecs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class SchemaIrTest {
    private static final byte[] MESSAGE =
            MessageBytes.random(TestSchemas.version(2), TestSchemas.ORDER, new Random(1));

    @Test
    void shouldKeepBytesAndFindMessages() {
        SchemaIr schema = BuiltinMessages.SCHEMA;
        SchemaIr again = SchemaIr.fromBytes("again", schema.toBytes());

        assertArrayEquals(schema.toBytes(), again.toBytes());
        assertEquals(802, again.schemaId());
        assertEquals(0, again.version());
        assertEquals("io.penstock.codecs.builtin", again.packageName());
        assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), again.templateIds());
        assertEquals("Trade", again.messageName(3));
        assertNull(again.messageName(99));
        assertCategory(Category.CONFIGURATION, () -> again.message(99));
    }

    @Test
    void shouldTellWhetherMessagesWereAddedOnly() {
        String first =
                "<sbe:message name=\"A\" id=\"1\"><field name=\"x\" id=\"1\" type=\"int64\"/></sbe:message>";
        String second = "<sbe:message name=\"B\" id=\"2\"/>";
        SchemaIr older = TestSchemas.of(first);

        assertTrue(TestSchemas.of(first + second).extendsUnchanged(older));
        assertTrue(older.extendsUnchanged(TestSchemas.of(first)));
        assertFalse(older.extendsUnchanged(TestSchemas.of(first + second)));
        assertFalse(
                TestSchemas.of(first.replace("int64", "int32") + second).extendsUnchanged(older));
        assertFalse(TestSchemas.version(2).extendsUnchanged(TestSchemas.version(1)));
    }

    @Test
    void shouldSayWhereIrMustBeWhenResourceIsMissing() {
        PenstockException fault =
                assertCategory(
                        Category.CONFIGURATION,
                        () -> SchemaIr.fromResource(SchemaIrTest.class, "/no/such.sbeir"));

        assertTrue(fault.getMessage().contains("-Dsbe.generate.ir=true"));
    }

    @Test
    void shouldRefuseBytesThatAreNoIr() {
        assertCategory(Category.DAMAGE, () -> SchemaIr.fromBytes("none", new byte[0]));
        assertCategory(Category.DAMAGE, () -> SchemaIr.fromBytes("zeros", new byte[400]));
        assertCategory(
                Category.LIMIT,
                () -> SchemaIr.fromBytes("long", new byte[SchemaIr.MAX_LENGTH_BYTES + 1]));
    }

    @Test
    void shouldRefuseOtherHeadersAndByteOrders() {
        String message = "<sbe:message name=\"M\" id=\"1\"/>";
        String other = TestSchemas.types().replaceFirst("uint16", "uint32");

        assertCategory(
                Category.CONFIGURATION,
                () -> TestSchemas.compile(0, "bigEndian", TestSchemas.types(), message));
        assertCategory(
                Category.CONFIGURATION,
                () -> TestSchemas.compile(0, "littleEndian", other, message));
    }

    @Test
    void shouldRefuseEveryTruncationOrStillBeSound() {
        byte[] bytes = TestSchemas.version(2).toBytes();
        for (int length = 0; length < bytes.length; length += 7) {
            useOrRefuse(Arrays.copyOf(bytes, length), "length " + length);
        }
    }

    @Test
    void shouldNeverMisbehaveOnAlteredBytes() {
        byte[] bytes = TestSchemas.version(2).toBytes();
        long seed = 4711;
        Random random = new Random(seed);
        for (int i = 0; i < 4_000; i++) {
            byte[] altered = bytes.clone();
            altered[random.nextInt(altered.length)] ^= (byte) (1 << random.nextInt(8));
            useOrRefuse(altered, "seed " + seed + " round " + i);
        }
    }

    /** Whatever IR is accepted must serve to validate and print without a loop or a wild read. */
    private static void useOrRefuse(byte[] bytes, String what) {
        try {
            SchemaIr schema = SchemaIr.fromBytes("altered", bytes);
            MessagePrinter printer = new MessagePrinter(schema);
            UnsafeBuffer message = MessageBytes.exact(MESSAGE);
            if (printer.validate(message, 0, message.capacity()) == 0) {
                printer.appendJson(new StringBuilder(), message, 0, message.capacity());
            }
        } catch (PenstockException e) {
            assertTrue(
                    e.category() == Category.DAMAGE || e.category() == Category.CONFIGURATION,
                    what + ": " + e);
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
    }

    private static PenstockException assertCategory(Category category, Runnable run) {
        PenstockException fault = assertThrows(PenstockException.class, run::run);
        assertEquals(category, fault.category(), fault.getMessage());
        return fault;
    }
}
