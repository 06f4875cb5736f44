package io.penstock.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.agrona.IoUtil;

/**
 * Runs everything beside its baseline in one run and prints a line per ratio to standard output:
 * name, ratio, goal, {@code ok} or {@code short}. Rates and progress go to standard error.
 *
 * <p>Exit code 0 also when a ratio falls short; 1 when an answer is wrong; 2 for wrong arguments.
 */
public final class Ratios {
    /** Held, because loggers that nobody holds lose their level. */
    private static final Logger CHRONICLE = Logger.getLogger("net.openhft");

    private static final List<RatioGroup> GROUPS =
            List.of(
                    new HandOffRatios(),
                    new AppendRatios(),
                    new WindowRatios(Setting.FEW_KEYS, "10k"),
                    new WindowRatios(Setting.MANY_KEYS, "1m"),
                    new OverlapRatios(),
                    new KeyedRatios(),
                    new ReplayRatios(),
                    new RecoveryRatios(10_000_000, "10m"),
                    new ShardRatios());

    private Ratios() {}

    /** Runs all ratios, or those of the groups whose names start as asked. */
    public static void main(String[] args) throws IOException {
        boolean isQuick = false;
        Path parent = null;
        String only = "";
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--quick")) {
                isQuick = true;
            } else if (args[i].equals("--dir") && i + 1 < args.length) {
                parent = Path.of(args[++i]);
            } else if (args[i].equals("--only") && i + 1 < args.length) {
                only = args[++i];
            } else {
                System.err.println(
                        "unknown or incomplete argument: "
                                + args[i]
                                + " (perf-scripts/ratios --help lists them)");
                System.exit(2);
            }
        }
        String prefix = only;
        List<RatioGroup> groups =
                GROUPS.stream().filter(group -> group.name().startsWith(prefix)).toList();
        if (groups.isEmpty()) {
            System.err.println(
                    "no group starts with "
                            + only
                            + "; there are "
                            + GROUPS.stream()
                                    .map(RatioGroup::name)
                                    .collect(Collectors.joining(", ")));
            System.exit(2);
        }
        Path directory =
                parent == null
                        ? Files.createTempDirectory("penstock-ratios-")
                        : Files.createTempDirectory(Files.createDirectories(parent), "ratios-");
        try {
            run(groups, new Setting(isQuick, directory, System.err::println), System.out);
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private static void run(List<RatioGroup> groups, Setting setting, PrintStream out)
            throws IOException {
        CHRONICLE.setLevel(Level.WARNING);
        Map<String, Double> measured = new HashMap<>();
        for (RatioGroup group : groups) {
            measured.putAll(group.measure(setting));
        }
        for (RatioGroup group : groups) {
            for (Ratio ratio : group.ratios()) {
                if (ratio.isMeasured(measured.keySet())) {
                    out.println(ratio.line(measured));
                } else {
                    setting.log().accept(ratio.name() + ": not measured in this run");
                }
            }
        }
        out.flush();
    }
}
