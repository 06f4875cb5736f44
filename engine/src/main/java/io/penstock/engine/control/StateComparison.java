package io.penstock.engine.control;

import io.penstock.codecs.MessagePrinter;
import io.penstock.engine.control.ReplayVerification.Difference;
import io.penstock.engine.core.Core;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.state.KeyGroups;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;

/** Finds the first stage, state and key in which two cores that stand behind a record differ. */
final class StateComparison {
    private static final String NOTHING = "nothing";

    private final String snapshot;
    private final Core recorded;
    private final Core replayed;
    private final MessagePrinter printer;

    StateComparison(String snapshot, Core recorded, Core replayed, MessagePrinter printer) {
        this.snapshot = snapshot;
        this.recorded = recorded;
        this.replayed = replayed;
        this.printer = printer;
    }

    /** The first difference in plan order; null if there is none. */
    Difference difference() {
        if (recorded.lastSequence() != replayed.lastSequence()) {
            return of("(all)", "sequence", recorded.lastSequence(), replayed.lastSequence());
        }
        if (recorded.timeNs() != replayed.timeNs()) {
            return of(
                    "(all)",
                    "clock of",
                    "",
                    TimeText.time(recorded.timeNs()),
                    TimeText.time(replayed.timeNs()));
        }
        for (int i = 0; i < recorded.operators().size(); i++) {
            Difference difference =
                    difference(recorded.operators().get(i), replayed.operators().get(i));
            if (difference != null) {
                return difference;
            }
        }
        return recorded.stateHash() == replayed.stateHash()
                ? null
                : of("(all)", "state hash of", recorded.stateHash(), replayed.stateHash());
    }

    private Difference difference(Operator was, Operator is) {
        String stage = was.name();
        if (was.watermark() != is.watermark()) {
            return of(
                    stage,
                    "watermark in",
                    "",
                    TimeText.time(was.watermark()),
                    TimeText.time(is.watermark()));
        }
        for (int i = 0; i < was.countLabels().length; i++) {
            if (was.countOf(i) != is.countOf(i)) {
                return of(
                        stage,
                        "count " + was.countLabels()[i] + " in",
                        was.countOf(i),
                        is.countOf(i));
            }
        }
        long[] before = hashes(was);
        long[] now = hashes(is);
        if (Arrays.equals(before, now)) {
            return null;
        }
        Difference entry = entry(was, is);
        int group = Arrays.mismatch(before, now);
        return entry != null
                ? entry
                : of(stage, "hash of key group " + group + " in", before[group], now[group]);
    }

    private static long[] hashes(Operator operator) {
        long[] groups = new long[KeyGroups.COUNT];
        operator.hashInto(groups);
        return groups;
    }

    /** Compares entry by entry; null where the stage shows no difference. */
    private Difference entry(Operator was, Operator is) {
        Map<String, StateEntry> before = entries(was);
        Map<String, StateEntry> now = entries(is);
        for (Map.Entry<String, StateEntry> each : before.entrySet()) {
            StateEntry other = now.get(each.getKey());
            if (!each.getValue().equals(other)) {
                return of(each.getValue(), text(each.getValue()), text(other));
            }
        }
        for (Map.Entry<String, StateEntry> each : now.entrySet()) {
            if (!before.containsKey(each.getKey())) {
                return of(each.getValue(), NOTHING, text(each.getValue()));
            }
        }
        return null;
    }

    /** All entries, by state, key and how often the key came before: shards have another order. */
    private Map<String, StateEntry> entries(Operator operator) {
        StateCollector collector =
                new StateCollector(
                        operator.name(),
                        null,
                        null,
                        replayed.pipeline().isKeyedByParts(operator.name()),
                        Long.MAX_VALUE);
        operator.describeState(collector);
        Map<String, StateEntry> entries = new LinkedHashMap<>();
        Map<String, Integer> seen = new LinkedHashMap<>();
        for (StateEntry entry : collector.entries()) {
            String place = entry.state() + " " + entry.key();
            entries.put(place + " " + seen.merge(place, 1, Integer::sum), entry);
        }
        return entries;
    }

    private String text(StateEntry entry) {
        if (entry == null) {
            return NOTHING;
        }
        List<StateEntry.Field> fields = entry.fields();
        return fields.stream()
                .map(field -> field.name() + "=" + text(field))
                .collect(Collectors.joining(" "));
    }

    private String text(StateEntry.Field field) {
        return switch (field.type()) {
            case MESSAGE -> {
                byte[] bytes = HexFormat.of().parseHex(field.text());
                yield RecordedResults.text(printer, new UnsafeBuffer(bytes), 0, bytes.length);
            }
            case BYTES -> "0x" + field.text();
            case NUMBER, TIME, TEXT -> field.text();
        };
    }

    private Difference of(StateEntry at, String before, String now) {
        return of(at.stage(), "state " + at.state() + " in", at.key(), before, now);
    }

    private Difference of(String stage, String what, long before, long now) {
        boolean isHash = what.contains("hash");
        return of(
                stage,
                what,
                "",
                isHash ? HexFormat.of().toHexDigits(before) : Long.toString(before),
                isHash ? HexFormat.of().toHexDigits(now) : Long.toString(now));
    }

    private Difference of(String stage, String what, String key, String before, String now) {
        return new Difference(
                replayed.lastSequence(), stage, what + " " + snapshot, key, before, now);
    }
}
