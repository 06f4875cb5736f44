package io.penstock.cli.pipelines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.fault.PenstockException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BuiltinPipelinesTest {
    @Test
    void shouldNameEveryViolationAtOnce() {
        String message =
                fault(
                        "aggregate",
                        "windw=tumbling:5m",
                        "key=a,,b",
                        "disorder=3",
                        "time-unit=minutes",
                        "value",
                        "disorder=4s");

        for (String part :
                new String[] {
                    "pipeline aggregate: ",
                    "unknown parameter 'windw' (did you mean 'window'?)",
                    "parameter 'key' has an empty column name: 'a,,b'",
                    "parameter 'disorder' is given twice",
                    "parameter 'time-unit' must be one of ms, s, us, ns, iso",
                    "'value' is not of the form name=value",
                    "parameter 'time' is missing (give --set time=COL)",
                    "parameter 'window' is missing"
                }) {
            assertTrue(message.contains(part), part + " in " + message);
        }
    }

    @Test
    void shouldConfigureAggregate() {
        AggregateSettings settings =
                (AggregateSettings)
                        configure(
                                "aggregate",
                                "time=ts",
                                "key=symbol,side",
                                "value=qty",
                                "window=hopping:15m:5m");

        assertEquals("hopping:15m:5m", settings.canonical().get("window"));
        assertEquals(0, settings.disorderNs());
        assertEquals(TimeUnitFormat.MS, settings.timeUnit());
        assertEquals(List.of("ts", "symbol", "side", "qty"), settings.inputColumns());
        assertEquals(
                "symbol,side,window_start,window_end,count,sum,min,max,first,last",
                String.join(",", settings.outputHeader()));
        assertEquals("line,time,symbol,side,value", String.join(",", settings.lateHeader()));
    }

    @Test
    void shouldNameTheOnlyKeyColumnKeyAndLeaveItOutWithoutOne() {
        AggregateSettings one =
                (AggregateSettings) configure("aggregate", "time=t", "key=k", "window=tumbling:1s");
        AggregateSettings none =
                (AggregateSettings) configure("aggregate", "time=t", "window=tumbling:1s");

        assertEquals(
                "key,window_start,window_end,count,sum,min,max,first,last",
                String.join(",", one.outputHeader()));
        assertEquals("line,time,key,value", String.join(",", one.lateHeader()));
        assertEquals(
                "window_start,window_end,count,sum,min,max,first,last",
                String.join(",", none.outputHeader()));
        assertEquals("line,time,value", String.join(",", none.lateHeader()));
        assertEquals(List.of(), none.columns().values());
    }

    @Test
    void shouldHaveTheDefaultsOfOhlcAndCardVelocity() {
        OhlcSettings ohlc = (OhlcSettings) configure("ohlc");
        CardVelocitySettings cards = (CardVelocitySettings) configure("card-velocity");

        assertEquals(List.of("ts", "symbol", "price", "qty"), ohlc.inputColumns());
        assertEquals(60_000_000_000L, ohlc.intervalNs());
        assertEquals(3_600_000_000_000L, cards.velocityWindowNs());
        assertEquals(4, cards.velocityCount());
        assertEquals(86_400_000_000_000L, cards.spendWindowNs());
        assertEquals(60_000, cards.spendLimit());
        assertEquals(10, cards.historyCount());
        assertEquals(5, cards.historyFactor());
        assertEquals(0, cards.disorderNs());
        assertEquals("rule,seq,customer,ts,value", String.join(",", cards.outputHeader()));
    }

    @Test
    void shouldRefuseDurationsThatAreNoMultipleOfTheTimeUnit() {
        String message =
                fault(
                        "aggregate",
                        "time=t",
                        "window=hopping:1500ms:1s",
                        "disorder=1ms",
                        "time-unit=s");

        assertTrue(
                message.contains("'window' must be a multiple of the time unit: '1500ms'"),
                message);
        assertTrue(
                message.contains("'disorder' must be a multiple of the time unit: '1ms'"), message);
        configure("aggregate", "time=t", "window=tumbling:1ms", "time-unit=iso");
        configure("card-velocity", "velocity-window=90s", "time-unit=s");
    }

    @Test
    void shouldReadDurationsInTheUnitsThereAre() {
        assertEquals(5_000_000L, DurationText.parseNs("5ms"));
        assertEquals(86_400_000_000_000L, DurationText.parseNs("1d"));
        for (String text :
                new String[] {
                    "",
                    "5",
                    "ms",
                    "5 m",
                    "-5m",
                    "1.5s",
                    "5us",
                    "5M",
                    "106752d",
                    "99999999999999999999ms"
                }) {
            assertThrows(
                    IllegalArgumentException.class, () -> DurationText.parseNs(text), () -> text);
        }
    }

    @Test
    void shouldReadAndPrintWindows() {
        assertEquals("tumbling:5m", WindowSpec.parse("tumbling:300s").toString());
        assertEquals("hopping:1m:5m", WindowSpec.parse("hopping:1m:5m").toString());
        for (String text :
                new String[] {
                    "",
                    "5m",
                    "tumbling",
                    "tumbling:",
                    "tumbling:0s",
                    "tumbling:5m:1m",
                    "hopping:5m",
                    "hopping:5m:0s",
                    "hopping:x:1m",
                    "sliding:5m:1m",
                    "tumbling:5m:"
                }) {
            assertThrows(IllegalArgumentException.class, () -> WindowSpec.parse(text), () -> text);
        }
    }

    @Test
    void shouldTellSettingsApartByWhatTheyMean() {
        assertEquals(configure("ohlc", "interval=60s").canonical(), configure("ohlc").canonical());
        assertNotEquals(
                configure("ohlc", "interval=2m").canonical(), configure("ohlc").canonical());
    }

    private static PipelineSettings configure(String pipeline, String... assignments) {
        return BuiltinPipelines.named(pipeline).configure(List.of(assignments));
    }

    private static String fault(String pipeline, String... assignments) {
        PenstockException e =
                assertThrows(PenstockException.class, () -> configure(pipeline, assignments));
        assertEquals(PenstockException.Category.CONFIGURATION, e.category());
        return e.getMessage();
    }
}
