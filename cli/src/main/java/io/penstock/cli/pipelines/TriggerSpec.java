package io.penstock.cli.pipelines;

import io.penstock.cli.params.ParameterType;
import io.penstock.codecs.csv.Durations;
import io.penstock.engine.window.Trigger;
import java.time.Duration;

/**
 * A trigger as the text of a parameter.
 *
 * @param trigger what the text means
 * @param text the text in its shortest form
 */
record TriggerSpec(Trigger trigger, String text) {
    private static final String RULE =
            "must be watermark, early:EVERY or early-clock:EVERY (as in early:10s)";

    /**
     * The trigger of a text.
     *
     * @throws IllegalArgumentException when it describes none
     */
    static TriggerSpec parse(String text) {
        String[] parts = text.split(":", -1);
        if (text.equals("watermark")) {
            return new TriggerSpec(Trigger.onWatermark(), text);
        }
        boolean isClock = parts[0].equals("early-clock");
        if (parts.length != 2 || (!isClock && !parts[0].equals("early"))) {
            throw new IllegalArgumentException(RULE);
        }
        long everyNs;
        try {
            everyNs = DurationText.parseNs(parts[1]);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(RULE + ", and EVERY " + e.getMessage(), e);
        }
        if (everyNs == 0) {
            throw new IllegalArgumentException(RULE + ", and EVERY must be longer than zero");
        }
        Duration every = Duration.ofNanos(everyNs);
        Trigger trigger = Trigger.onWatermark();
        return new TriggerSpec(
                isClock ? trigger.earlyByClock(every) : trigger.early(every),
                parts[0] + ":" + Durations.print(everyNs));
    }

    /** Triggers as a parameter. */
    static ParameterType<TriggerSpec> type() {
        return ParameterType.of("watermark|early:EVERY|early-clock:EVERY", TriggerSpec::parse);
    }

    @Override
    public String toString() {
        return text;
    }
}
