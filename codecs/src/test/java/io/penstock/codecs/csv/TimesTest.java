package io.penstock.codecs.csv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TimesTest {
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void shouldReadIntegersInTheirUnit() {
        assertEquals("5000000", read(TimeUnitFormat.MS, "5"));
        assertEquals("-5000000000", read(TimeUnitFormat.S, "-5"));
        assertEquals("5000", read(TimeUnitFormat.US, "+5"));
        assertEquals("5", read(TimeUnitFormat.NS, "5"));
        assertEquals("9223372036000000000", read(TimeUnitFormat.S, "9223372036"));
        assertEquals("-9223372036854775808", read(TimeUnitFormat.NS, "-9223372036854775808"));
    }

    @Test
    void shouldNameWhatIsWrongWithTimes() {
        for (TimeUnitFormat format : TimeUnitFormat.values()) {
            assertEquals("empty-time", read(format, ""));
            assertEquals("bad-time", read(format, "x"));
        }
        assertEquals("bad-time", read(TimeUnitFormat.MS, "1.5"));
        assertEquals("time-out-of-range", read(TimeUnitFormat.S, "9223372037"));
        assertEquals("time-out-of-range", read(TimeUnitFormat.S, "-9223372037"));
        assertEquals("time-out-of-range", read(TimeUnitFormat.NS, "9223372036854775808"));
        assertEquals("time-out-of-range", read(TimeUnitFormat.MS, "99999999999999999999999"));
    }

    @Test
    void shouldReadIsoTimes() {
        long base = Instant.parse("2014-02-14T14:30:00Z").getEpochSecond() * SECOND_NS;
        for (String text :
                new String[] {
                    "2014-02-14T14:30:00Z",
                    "2014-02-14T14:30:00",
                    "2014-02-14 14:30:00",
                    "2014-02-14t14:30:00z",
                    "2014-02-14T14:30",
                    "2014-02-14T14:30Z",
                    "2014-02-14T14:30:00.000000000Z",
                    "2014-02-14T16:30:00+02:00",
                    "2014-02-14T16:30:00+02",
                    "2014-02-14T09:00:00-0530",
                    "2014-02-15T08:30:00+18:00",
                    "+2014-02-14T14:30:00Z"
                }) {
            assertEquals(Long.toString(base), read(TimeUnitFormat.ISO, text), text);
        }
        assertEquals(
                Long.toString(base + 120_000_000L),
                read(TimeUnitFormat.ISO, "2014-02-14T14:30:00.12"));
    }

    @Test
    void shouldRefuseIsoTimesThatDoNotExist() {
        for (String text :
                new String[] {
                    "2014-02-29T00:00:00Z",
                    "1900-02-29T00:00:00Z",
                    "2014-13-01T00:00:00Z",
                    "2014-00-01T00:00:00Z",
                    "2014-04-31T00:00:00Z",
                    "2014-04-00T00:00:00Z",
                    "2014-04-01T24:00:00Z",
                    "2014-04-01T23:60:00Z",
                    "2014-04-01T23:59:60Z",
                    "2014-04-01T23:59:",
                    "2014-04-01T23:59:5",
                    "2014-04-01T23:59:59.",
                    "2014-04-01T23:59:59.Z",
                    "2014-04-01T23:59:59.1234567890Z",
                    "2014-04-01T23:59:59+19:00",
                    "2014-04-01T23:59:59+18:01",
                    "2014-04-01T23:59:59+02:60",
                    "2014-04-01T23:59:59+02:",
                    "2014-04-01T23:59:59+",
                    "2014-04-01T23:59:59ZZ",
                    "2014-04-01T23:59:59 Z",
                    "2014-04-01",
                    "2014-04-01T",
                    "2014-4-1T00:00:00Z",
                    "14-04-01T00:00:00Z",
                    "12014-04-01T00:00:00Z",
                    " 2014-04-01T00:00:00Z"
                }) {
            assertEquals("bad-time", read(TimeUnitFormat.ISO, text), text);
        }
        for (String text :
                new String[] {
                    "2262-04-11T23:47:16.854775808Z",
                    "1677-09-21T00:12:43.145224191Z",
                    "0000-01-01T00:00:00Z",
                    "-0001-01-01T00:00:00Z",
                    "9999-12-31T23:59:59Z",
                    "+999999999-12-31T23:59:59Z",
                    "-999999999-01-01T00:00:00Z"
                }) {
            assertEquals("time-out-of-range", read(TimeUnitFormat.ISO, text), text);
        }
    }

    @Test
    void shouldPrintAndReadBackBothEndsOfTheRange() {
        for (long timeNs : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, 0, -1, 1}) {
            assertEquals(
                    Long.toString(timeNs),
                    read(TimeUnitFormat.ISO, print(TimeUnitFormat.ISO, timeNs)));
        }
        assertEquals("1677-09-21T00:12:43.145224192Z", print(TimeUnitFormat.ISO, Long.MIN_VALUE));
        assertEquals("1970-01-01T00:00:00Z", print(TimeUnitFormat.ISO, 0));
        assertEquals("1969-12-31T23:59:59.5Z", print(TimeUnitFormat.ISO, -SECOND_NS / 2));
    }

    @Test
    void shouldAgreeWithJavaTime() {
        long seed = 17;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            long timeNs = random.nextLong() / (random.nextBoolean() ? 1 : 1000);
            timeNs -= random.nextInt(3) == 0 ? timeNs % SECOND_NS : 0;
            long second = Math.floorDiv(timeNs, SECOND_NS);
            long nano = Math.floorMod(timeNs, SECOND_NS);
            OffsetDateTime time =
                    Instant.ofEpochSecond(second, nano)
                            .atOffset(
                                    ZoneOffset.ofTotalSeconds(60 * (random.nextInt(2161) - 1080)));
            String printed = print(TimeUnitFormat.ISO, timeNs);

            assertEquals(Instant.ofEpochSecond(second, nano), Instant.parse(printed));
            assertTrue(!printed.contains(".") || !printed.endsWith("0Z"), printed);
            assertEquals(
                    Long.toString(timeNs),
                    read(TimeUnitFormat.ISO, time.toString()),
                    () -> "seed " + seed + ": " + time);
        }
    }

    @Test
    void shouldPrintIntegersRoundedDown() {
        assertEquals("1", print(TimeUnitFormat.MS, 1_999_999));
        assertEquals("-1", print(TimeUnitFormat.MS, -1));
        assertEquals("-9223372036854775808", print(TimeUnitFormat.NS, Long.MIN_VALUE));
        assertEquals("7", print(TimeUnitFormat.US, 7_000));
        assertEquals("0", print(TimeUnitFormat.S, 0));
    }

    @Test
    void shouldFindFormatByNameOrSuggestOne() {
        assertEquals(TimeUnitFormat.ISO, TimeUnitFormat.of("iso"));
        PenstockException fault =
                assertThrows(PenstockException.class, () -> TimeUnitFormat.of("sec"));
        assertEquals(Category.CONFIGURATION, fault.category());
        assertTrue(fault.getMessage().contains("ms, s, us, ns, iso"));
    }

    @Test
    void shouldReadDurations() {
        assertEquals(300 * SECOND_NS, Durations.parse("5m"));
        assertEquals(0, Durations.parse("0s"));
        assertEquals(86_400 * SECOND_NS, Durations.parse("1d"));
        assertEquals(3_600 * SECOND_NS, Durations.parse("1h"));
        assertEquals(7_000_000, Durations.parse("7ms"));
        assertEquals(7_000, Durations.parse("7us"));
        assertEquals(7, Durations.parse("7ns"));
        for (String bad :
                new String[] {
                    "",
                    "5",
                    "m",
                    "-5m",
                    "5 m",
                    "1.5s",
                    "5M",
                    "5min",
                    "106752d",
                    "99999999999999999999ns",
                    "٥m"
                }) {
            PenstockException fault =
                    assertThrows(PenstockException.class, () -> Durations.parse(bad), bad);
            assertEquals(Category.CONFIGURATION, fault.category());
            assertTrue(fault.getMessage().contains("'" + bad + "'"));
        }
    }

    @Test
    void shouldPrintDurationsInTheLargestUnit() {
        assertEquals("5m", Durations.print(300 * SECOND_NS));
        assertEquals("0s", Durations.print(0));
        assertEquals("36h", Durations.print(36 * 3600 * SECOND_NS));
        assertEquals("1ns", Durations.print(1));
    }

    @Test
    void shouldRefuseDurationThatIsNoMultipleOfTheUnit() {
        long half = Durations.parse("500ms");

        assertEquals(half, Durations.requireMultipleOf("window", half, TimeUnitFormat.MS));
        assertEquals(half, Durations.requireMultipleOf("window", half, TimeUnitFormat.ISO));
        PenstockException fault =
                assertThrows(
                        PenstockException.class,
                        () -> Durations.requireMultipleOf("window", half, TimeUnitFormat.S));
        assertTrue(fault.getMessage().contains("window must be a multiple of the time unit"));
        assertTrue(fault.getMessage().contains("500ms"));
    }

    private static String read(TimeUnitFormat format, String text) {
        TimeParser parser = new TimeParser(format);
        byte[] bytes = ("1" + text + "9").getBytes(StandardCharsets.UTF_8);
        int code = parser.parse(bytes, 1, bytes.length - 2);
        return code == 0 ? Long.toString(parser.timeNs()) : RejectReason.of(code).text();
    }

    private static String print(TimeUnitFormat format, long timeNs) {
        StringBuilder out = new StringBuilder();
        new TimePrinter(format).appendTo(out, timeNs);
        return out.toString();
    }
}
