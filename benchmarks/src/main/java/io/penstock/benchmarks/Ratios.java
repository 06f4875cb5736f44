package io.penstock.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.IoUtil;

/**
 * Runs everything beside its baseline in one run and prints a line per ratio to standard output:
 * name, ratio, goal, {@code ok} or {@code short}. Rates and progress go to standard error.
 *
 * <p>Exit code 0 also when a ratio falls short; 1 when an answer is wrong or a group fails; 2 for
 * wrong arguments.
 */
public final class Ratios {
    /** Held, because loggers that nobody holds lose their level. */
    private static final Logger CHRONICLE = Logger.getLogger("net.openhft");

    private static final List<RatioGroup> GROUPS =
            withPeers(
                    new HandOffRatios(),
                    new AppendRatios(),
                    new SustainedRatios(),
                    new WindowRatios(Setting.FEW_KEYS, "10k", 0.8),
                    new WindowRatios(Setting.MANY_KEYS, "1m", 0.7),
                    new OverlapRatios(),
                    new KeyedRatios(),
                    new ReplayRatios(),
                    new RecoveryRatios(10_000_000, "10m"),
                    new ShardRatios(),
                    new VelocityRatios(),
                    new LatencyRatios(),
                    new Allocation(),
                    new MemoryPerKey());

    private Ratios() {}

    private static List<RatioGroup> withPeers(RatioGroup... ours) {
        return Stream.concat(Arrays.stream(ours), ForkedPeers.all().stream()).toList();
    }

    /** Runs all ratios, or those of the groups whose names start as asked. */
    public static void main(String[] args) throws IOException {
        RatiosOptions options = null;
        try {
            options = RatiosOptions.of(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + " (perf-scripts/ratios --help lists them)");
            System.exit(2);
        }
        RatiosOptions wanted = options;
        List<RatioGroup> groups = GROUPS.stream().filter(wanted::isWanted).toList();
        if (groups.isEmpty()) {
            System.err.println(
                    "no group starts with " + wanted.only() + "; there are " + names(", "));
            System.exit(2);
        }
        if (options.isList()) {
            System.out.println(names("\n"));
            return;
        }
        Path directory = Options.newFolder(options.parent(), "ratios");
        List<String> failed;
        try {
            Setting setting = new Setting(options.size(), directory, System.err::println);
            failed = run(groups, setting, System.out, options.rates());
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
        if (!failed.isEmpty()) {
            System.err.println("failed, see above: " + String.join(", ", failed));
            System.exit(1);
        }
    }

    /** The group that measures a ratio, to run it by; null if no group does. */
    public static String groupOf(String ratio) {
        return GROUPS.stream()
                .filter(group -> group.ratios().stream().anyMatch(r -> r.name().equals(ratio)))
                .map(RatioGroup::name)
                .findFirst()
                .orElse(null);
    }

    static List<RatioGroup> groups() {
        return GROUPS;
    }

    private static String names(String separator) {
        return GROUPS.stream().map(RatioGroup::name).collect(Collectors.joining(separator));
    }

    /**
     * Measures groups and prints their ratios. A group that fails takes nothing from the others.
     *
     * @param rates file for every measured value, or null
     * @return names of the groups that failed
     */
    static List<String> run(List<RatioGroup> groups, Setting setting, PrintStream out, Path rates)
            throws IOException {
        CHRONICLE.setLevel(Level.WARNING);
        Map<String, Double> measured = new HashMap<>();
        Rates lines = new Rates();
        List<String> failed = new ArrayList<>();
        for (RatioGroup group : groups) {
            try {
                Map<String, Double> ofGroup = group.measure(setting);
                lines.add(group, ofGroup);
                measured.putAll(ofGroup);
            } catch (IOException | RuntimeException e) {
                failed.add(group.name());
                setting.log().accept(group.name() + " FAILED");
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace));
                setting.log().accept(trace.toString());
            }
        }
        for (RatioGroup group : groups) {
            for (Ratio ratio : group.ratios()) {
                if (ratio.isMeasured(measured.keySet()) && ratio.hasGoal()) {
                    out.println(ratio.line(measured));
                } else if (ratio.isMeasured(measured.keySet())) {
                    setting.log()
                            .accept(
                                    String.format(
                                            Locale.ROOT,
                                            "%s %.3f, without a goal",
                                            ratio.name(),
                                            ratio.value(measured)));
                } else {
                    setting.log().accept(ratio.name() + ": not measured in this run");
                }
            }
        }
        out.flush();
        if (rates != null) {
            lines.write(rates);
        }
        return failed;
    }
}
