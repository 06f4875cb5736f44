package io.penstock.benchmarks;

import java.nio.file.Path;

/**
 * What {@link Ratios} is asked for.
 *
 * @param size how much is measured
 * @param parent where files are written; null: the temporary folder
 * @param only what names of groups start with; empty: all
 * @param rates file for every measured value; null: none
 * @param isList whether groups are only named
 * @param isWithoutPeers whether groups that start other systems are left out
 */
record RatiosOptions(
        Setting.Size size,
        Path parent,
        String only,
        Path rates,
        boolean isList,
        boolean isWithoutPeers) {
    /**
     * What arguments ask for; ends the process where something cannot be written.
     *
     * @throws IllegalArgumentException for an argument that is unknown, or lacks its value
     */
    static RatiosOptions of(String[] arguments) {
        Setting.Size size = Setting.Size.FULL;
        Path parent = null;
        String only = "";
        Path rates = null;
        boolean isList = false;
        boolean isWithoutPeers = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--quick" -> size = smaller(size, Setting.Size.QUICK);
                case "--smoke" -> size = smaller(size, Setting.Size.SMOKE);
                case "--list" -> isList = true;
                case "--without-peers" -> isWithoutPeers = true;
                case "--dir" -> parent = Options.folder("--dir", value(arguments, ++i));
                case "--only" -> only = value(arguments, ++i);
                case "--rates" -> rates = Options.file("--rates", value(arguments, ++i));
                default -> throw new IllegalArgumentException("unknown argument: " + arguments[i]);
            }
        }
        return new RatiosOptions(size, parent, only, rates, isList, isWithoutPeers);
    }

    /** Whether a group is asked for. */
    boolean isWanted(RatioGroup group) {
        return group.name().startsWith(only) && !(isWithoutPeers && group instanceof ForkedPeers);
    }

    private static Setting.Size smaller(Setting.Size chosen, Setting.Size size) {
        if (chosen != Setting.Size.FULL && chosen != size) {
            throw new IllegalArgumentException("--quick and --smoke are different sizes: one only");
        }
        return size;
    }

    private static String value(String[] arguments, int index) {
        if (index == arguments.length
                || arguments[index].isEmpty()
                || arguments[index].startsWith("--")) {
            throw new IllegalArgumentException(arguments[index - 1] + " needs a value");
        }
        return arguments[index];
    }
}
