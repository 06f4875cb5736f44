package io.penstock.guarantees;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line that a test printed: {@code GUARANTEE R3 60 kills of ...}, or {@code GUARANTEE R4b
 * not-run no root}.
 *
 * @param id of a promise, with a letter behind it if several tests prove it
 * @param count how many there were; empty when this machine cannot run it
 * @param words what was counted, or why not
 * @param module whose test it is
 * @param test simple name of its class
 */
record Evidence(String id, OptionalLong count, String words, String module, String test)
        implements Comparable<Evidence> {
    private static final Pattern LINE =
            Pattern.compile("GUARANTEE ([HJLR][0-9]+[a-z]?) ([0-9]+|not-run) (\\S.*)");

    /** Reads a line of a test's output; nothing if it is none of these. */
    static Optional<Evidence> parse(String line, String module, String test) {
        String trimmed = line.strip();
        if (!trimmed.startsWith("GUARANTEE ")) {
            return Optional.empty();
        }
        Matcher matcher = LINE.matcher(trimmed);
        if (!matcher.matches()) {
            throw new IllegalStateException(test + " printed what cannot be read: " + trimmed);
        }
        OptionalLong count =
                matcher.group(2).equals("not-run")
                        ? OptionalLong.empty()
                        : OptionalLong.of(Long.parseLong(matcher.group(2)));
        String words = matcher.group(3).strip().replace('|', '/');
        return Optional.of(new Evidence(matcher.group(1), count, words, module, test));
    }

    boolean isRun() {
        return count.isPresent();
    }

    /** Without the letter. */
    String promise() {
        return id.replaceAll("[a-z]$", "");
    }

    /** Of the same test, and about the same. */
    boolean isSameAs(Evidence other) {
        return id.equals(other.id) && test.equals(other.test) && words.equals(other.words);
    }

    Evidence plus(Evidence other) {
        return new Evidence(
                id,
                OptionalLong.of(count.getAsLong() + other.count.getAsLong()),
                words,
                module,
                test);
    }

    @Override
    public int compareTo(Evidence other) {
        int order = id.compareTo(other.id);
        order = order != 0 ? order : test.compareTo(other.test);
        return order != 0 ? order : words.compareTo(other.words);
    }
}
