package io.penstock.engine.control;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What giving up the first records of a journal came to, and what holds the rest.
 *
 * @param isDryRun whether it is only what it would come to
 * @param firstBefore sequence of the first record that was kept before
 * @param firstSequence sequence of the first record that is kept now
 * @param lastSequence of the journal at that time
 * @param segments whole segments given up
 * @param lengthBytes of their files; some of these may be kept for segments to come
 * @param heldBy what needs the rest, in words; the one that needs most first
 */
public record TrimReport(
        boolean isDryRun,
        long firstBefore,
        long firstSequence,
        long lastSequence,
        int segments,
        long lengthBytes,
        List<String> heldBy) {
    private static final int NUMBERS = 6;

    /** Copies the list. */
    public TrimReport {
        heldBy = List.copyOf(heldBy);
    }

    /** As bytes for another process: a line a number, then a line a holder. */
    byte[] toBytes() {
        StringBuilder text = new StringBuilder();
        for (long number :
                new long[] {
                    isDryRun ? 1 : 0,
                    firstBefore,
                    firstSequence,
                    lastSequence,
                    segments,
                    lengthBytes
                }) {
            text.append(number).append('\n');
        }
        for (String holder : heldBy) {
            text.append(holder.replace('\n', ' ')).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    static TrimReport fromBytes(byte[] bytes) {
        List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
        try {
            List<Long> numbers = new ArrayList<>();
            for (String line : lines.subList(0, NUMBERS)) {
                numbers.add(Long.valueOf(line));
            }
            return new TrimReport(
                    numbers.get(0) == 1,
                    numbers.get(1),
                    numbers.get(2),
                    numbers.get(3),
                    Math.toIntExact(numbers.get(4)),
                    numbers.get(5),
                    lines.subList(NUMBERS, lines.size()));
        } catch (NumberFormatException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new PenstockException(
                    Category.DAMAGE, "the engine's answer cannot be understood: " + lines, e);
        }
    }
}
