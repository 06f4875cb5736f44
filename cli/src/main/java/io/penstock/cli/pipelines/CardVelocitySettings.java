package io.penstock.cli.pipelines;

import io.penstock.codecs.csv.TimeUnitFormat;
import java.util.List;
import java.util.Map;

/**
 * Settings of {@code card-velocity}.
 *
 * @param velocityWindowNs how far the velocity rule looks back
 * @param velocityCount payments within it that make an alert
 * @param spendWindowNs how far the spend rule looks back
 * @param spendLimit the sum that must be exceeded
 * @param historyCount preceding payments the history rule compares with
 * @param historyFactor how many times their average must be exceeded
 */
public record CardVelocitySettings(
        long velocityWindowNs,
        long velocityCount,
        long spendWindowNs,
        long spendLimit,
        long historyCount,
        long historyFactor,
        long disorderNs,
        TimeUnitFormat timeUnit,
        Map<String, String> canonical)
        implements PipelineSettings {
    /** Copies the map. */
    public CardVelocitySettings {
        canonical = Map.copyOf(canonical);
    }

    @Override
    public String pipeline() {
        return CardVelocityPipeline.NAME;
    }

    @Override
    public List<String> inputColumns() {
        return List.of("seq", "ts", "tx_id", "customer", "terminal", "amount");
    }

    @Override
    public List<String> outputHeader() {
        return List.of("rule", "seq", "customer", "ts", "value");
    }

    @Override
    public List<String> lateHeader() {
        return List.of("line", "time", "customer", "amount");
    }
}
