package io.penstock.cli.pipelines;

import io.penstock.codecs.csv.TimeUnitFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Settings of {@code ohlc}.
 *
 * @param time column of the event time
 * @param symbol column of the instrument
 * @param price column of the price
 * @param qty column of the quantity
 * @param intervalNs length of a bar
 */
public record OhlcSettings(
        String time,
        String symbol,
        String price,
        String qty,
        long intervalNs,
        long disorderNs,
        TimeUnitFormat timeUnit,
        Map<String, String> canonical)
        implements PipelineSettings {
    /** Copies the map. */
    public OhlcSettings {
        canonical = Map.copyOf(canonical);
    }

    @Override
    public String pipeline() {
        return OhlcPipeline.NAME;
    }

    @Override
    public List<String> inputColumns() {
        return List.copyOf(new LinkedHashSet<>(List.of(time, symbol, price, qty)));
    }

    @Override
    public List<String> outputHeader() {
        return List.of(
                "symbol",
                "window_start",
                "window_end",
                "open",
                "high",
                "low",
                "close",
                "volume",
                "trades",
                "notional",
                "vwap");
    }

    @Override
    public List<String> lateHeader() {
        return List.of("line", "time", "symbol", "price");
    }
}
