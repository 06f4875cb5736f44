package io.penstock.benchmarks;

import io.penstock.benchmarks.Interleaved.Entrant;
import io.penstock.journal.JournalKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The journal, hand-off included, against bare appends. */
final class AppendRatios implements RatioGroup {
    private static final int FRAME = 64;

    @Override
    public String name() {
        return "append";
    }

    @Override
    public List<Ratio> ratios() {
        return List.of(
                Ratio.atLeast(0.7, "segment-vs-mapped-copy", "segment-journal", "mapped-copy"),
                Ratio.atLeast(3, "segment-vs-chronicle-64", "segment-journal", "chronicle-64"),
                Ratio.atLeast(6, "segment-vs-chronicle-1", "segment-journal", "chronicle-1"),
                Ratio.atLeast(
                        1.5,
                        "chronicle-frames-vs-chronicle-64",
                        "penstock-journal",
                        "chronicle-64"),
                Ratio.atLeast(
                        4, "chronicle-frames-vs-chronicle-1", "penstock-journal", "chronicle-1"));
    }

    @Override
    public Map<String, Double> measure(Setting setting) {
        Events events = setting.events(Setting.FEW_KEYS);
        Path directory = setting.directory();
        List<Entrant> entrants =
                List.of(
                                new MappedCopyAppend("mapped-copy", events, directory, FRAME, true),
                                new PenstockAppend(
                                        "penstock-journal", events, directory, FRAME, true, 0),
                                new PenstockAppend(
                                        "segment-journal",
                                        events,
                                        directory,
                                        FRAME,
                                        true,
                                        0,
                                        JournalKind.SEGMENT),
                                new ChronicleAppend("chronicle-1", events, directory, 1, true),
                                new ChronicleAppend("chronicle-64", events, directory, FRAME, true))
                        .stream()
                        .map(contender -> new Entrant(contender, events.sum(1)))
                        .toList();
        return setting.interleaved().run(name(), entrants);
    }
}
