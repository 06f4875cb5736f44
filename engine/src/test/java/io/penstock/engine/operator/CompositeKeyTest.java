package io.penstock.engine.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Keys of several parts: equal only with equal parts, ordered, and readable again. */
final class CompositeKeyTest {
    private final UnsafeBuffer target = new UnsafeBuffer(new byte[Key.MAX_LENGTH_BYTES]);
    private final CompositeKey key = new CompositeKey();

    private byte[] keyOf(List<Object> parts) {
        key.start(target);
        for (Object part : parts) {
            if (part instanceof Long number) {
                key.add(number);
            } else if (part instanceof byte[] bytes) {
                key.add(new UnsafeBuffer(bytes), 0, bytes.length);
            } else {
                key.addAscii((String) part);
            }
        }
        byte[] bytes = new byte[key.length()];
        target.getBytes(0, bytes);
        return bytes;
    }

    @Test
    void shouldTellAllListsOfPartsApart() {
        Random random = new Random(5);
        Map<String, String> seen = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            List<Object> parts = new ArrayList<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                switch (random.nextInt(3)) {
                    case 0 -> parts.add((long) random.nextInt(3) - 1);
                    case 1 -> parts.add("ab".repeat(random.nextInt(3)));
                    default -> {
                        byte[] bytes = new byte[random.nextInt(3)];
                        Arrays.fill(bytes, (byte) random.nextInt(3));
                        parts.add(bytes);
                    }
                }
            }
            String text = describe(parts);
            String before = seen.put(Arrays.toString(keyOf(parts)), text);
            assertTrue(before == null || before.equals(text), () -> before + " and " + text);
        }
        assertTrue(seen.size() > 200);
    }

    /** Texts and bytes with the same content are the same part. */
    private static String describe(List<Object> parts) {
        StringBuilder text = new StringBuilder();
        for (Object part : parts) {
            if (part instanceof Long) {
                text.append("/number ").append(part);
            } else {
                byte[] bytes =
                        part instanceof byte[] b
                                ? b
                                : ((String) part).getBytes(StandardCharsets.US_ASCII);
                text.append("/bytes ").append(Arrays.toString(bytes));
            }
        }
        return text.toString();
    }

    @Test
    void shouldOrderKeysByTheirNumbers() {
        List<Long> numbers =
                List.of(Long.MIN_VALUE, -256L, -1L, 0L, 1L, 255L, 256L, Long.MAX_VALUE);
        for (int i = 1; i < numbers.size(); i++) {
            byte[] smaller = keyOf(List.of("same", numbers.get(i - 1), 9L));
            byte[] larger = keyOf(List.of("same", numbers.get(i), 1L));
            assertTrue(Arrays.compareUnsigned(smaller, larger) < 0, "" + numbers.get(i));
        }
    }

    @Test
    void shouldGivePartsBackByTheirNumber() {
        UnsafeBuffer bytes =
                new UnsafeBuffer(keyOf(Arrays.asList(-7L, "left", Long.MIN_VALUE, "", 12L)));
        UnsafeBuffer view = new UnsafeBuffer(0, 0);

        assertEquals(-7, CompositeKey.number(bytes, 0));
        CompositeKey.wrap(bytes, 1, view);
        assertEquals("left", view.getStringWithoutLengthAscii(0, view.capacity()));
        assertEquals(Long.MIN_VALUE, CompositeKey.number(bytes, 2));
        CompositeKey.wrap(bytes, 3, view);
        assertEquals(0, view.capacity());
        assertEquals(12, CompositeKey.number(bytes, 4));
        assertThrows(IllegalArgumentException.class, () -> CompositeKey.number(bytes, 1));
        assertThrows(IllegalArgumentException.class, () -> CompositeKey.number(bytes, 5));
    }

    @Test
    void shouldRefusePartsThatDoNotFit() {
        key.start(target);
        key.add(1);
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[Key.MAX_LENGTH_BYTES]);

        assertThrows(PenstockException.class, () -> key.add(bytes, 0, bytes.capacity() - 11));
        assertEquals(9, key.length());
        key.add(bytes, 0, bytes.capacity() - 12);
        assertEquals(Key.MAX_LENGTH_BYTES, key.length());
    }
}
