package io.penstock.cli.crash;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Few combinations of values in which every pair of values of two parameters occurs. */
final class Pairs {
    private record Pair(int first, int firstValue, int second, int secondValue) {}

    private Pairs() {}

    /**
     * Takes, as long as a pair is missing, the combination that has the most missing ones.
     *
     * @param sizes how many values each parameter has
     * @return a value's index for each parameter, per combination; the last one where it is free
     */
    static List<int[]> cover(int... sizes) {
        List<int[]> all = new ArrayList<>();
        combine(sizes, new int[sizes.length], 0, all);
        Set<Pair> missing = new HashSet<>();
        all.forEach(values -> missing.addAll(pairs(values)));
        List<int[]> taken = new ArrayList<>();
        while (!missing.isEmpty()) {
            int[] best = all.get(0);
            long most = -1;
            for (int[] values : all) {
                long count = pairs(values).stream().filter(missing::contains).count();
                if (count >= most) {
                    most = count;
                    best = values;
                }
            }
            missing.removeAll(pairs(best));
            taken.add(best);
        }
        return taken;
    }

    private static void combine(int[] sizes, int[] values, int at, List<int[]> all) {
        if (at == sizes.length) {
            all.add(values.clone());
            return;
        }
        for (int value = 0; value < sizes[at]; value++) {
            values[at] = value;
            combine(sizes, values, at + 1, all);
        }
    }

    private static List<Pair> pairs(int[] values) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            for (int j = i + 1; j < values.length; j++) {
                pairs.add(new Pair(i, values[i], j, values[j]));
            }
        }
        return pairs;
    }
}
