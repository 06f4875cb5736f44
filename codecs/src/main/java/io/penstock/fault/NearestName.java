package io.penstock.fault;

import java.util.Collection;

/**
 * Finds the known name nearest to one that is unknown, for messages of the kind "did you mean".
 *
 * <p>Stateless; any thread may call it. Never suggests a name that shares too little with the
 * wanted one: a wrong guess is worse than none.
 */
public final class NearestName {
    private NearestName() {}

    /**
     * The candidate with the smallest edit distance to {@code name} (case does not count, ties go
     * to the first), or null when even that one differs in more than a third of its characters,
     * with two edits always allowed for names of four characters and more.
     */
    public static String of(String name, Collection<String> candidates) {
        String nearest = null;
        int nearestDistance = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int distance = distance(fold(name), fold(candidate));
            int longest = Math.max(name.length(), candidate.length());
            int allowed = longest < 4 ? 1 : Math.max(2, longest / 3);
            if (distance <= allowed && distance < longest && distance < nearestDistance) {
                nearest = candidate;
                nearestDistance = distance;
            }
        }
        return nearest;
    }

    /**
     * A remedy to end a message with: {@code (did you mean 'x'?)}, or the names there are when none
     * is near.
     */
    public static String hint(String name, Collection<String> candidates) {
        String nearest = of(name, candidates);
        if (nearest != null) {
            return "(did you mean '" + nearest + "'?)";
        }
        return candidates.isEmpty()
                ? "(there are none)"
                : "(there are: " + String.join(", ", candidates) + ")";
    }

    /** Levenshtein's distance: single-character insertions, deletions and substitutions. */
    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substituted, Math.min(previous[j], current[j - 1]) + 1);
            }
            int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[b.length()];
    }

    /** Case of ASCII letters only, so that the answer depends on no locale. */
    private static String fold(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            folded.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
        }
        return folded.toString();
    }
}
