package io.penstock.cli.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares the result files of two directories byte for byte, and tells what is lost, doubled or in
 * another order. Knows nothing of engine or journal.
 */
public final class ResultChecker {
    private static final List<String> FILES = List.of("output.csv", "late.csv", "dead-letters.csv");

    private ResultChecker() {}

    /** Arguments: the directory of the unkilled run, the other; exit code 1 when they differ. */
    public static void main(String[] args) throws IOException {
        List<String> faults = check(Path.of(args[0]), Path.of(args[1]));
        faults.forEach(System.out::println);
        System.out.println(faults.isEmpty() ? "IDENTICAL" : "DIFFERENT");
        System.exit(faults.isEmpty() ? 0 : 1);
    }

    /** What differs, in words; empty when nothing does. */
    public static List<String> check(Path expected, Path actual) throws IOException {
        List<String> faults = new ArrayList<>();
        for (String file : FILES) {
            if (!Files.exists(actual.resolve(file))) {
                faults.add(file + ": missing");
                continue;
            }
            byte[] wanted = Files.readAllBytes(expected.resolve(file));
            byte[] given = Files.readAllBytes(actual.resolve(file));
            if (!Arrays.equals(wanted, given)) {
                faults.add(file + ": " + difference(lines(wanted), lines(given)));
            }
        }
        return faults;
    }

    private static String difference(List<String> wanted, List<String> given) {
        Map<String, Integer> balance = new HashMap<>();
        wanted.forEach(line -> balance.merge(line, -1, Integer::sum));
        given.forEach(line -> balance.merge(line, 1, Integer::sum));
        long lost = 0;
        long doubled = 0;
        for (int count : balance.values()) {
            lost += Math.max(-count, 0);
            doubled += Math.max(count, 0);
        }
        int at = 0;
        while (at < Math.min(wanted.size(), given.size()) && wanted.get(at).equals(given.get(at))) {
            at++;
        }
        String order = lost == 0 && doubled == 0 ? "in another order" : "";
        return "lost="
                + lost
                + " duplicated-or-foreign="
                + doubled
                + " "
                + order
                + " first at line "
                + (at + 1)
                + ": '"
                + (at < wanted.size() ? wanted.get(at) : "(end)")
                + "' became '"
                + (at < given.size() ? given.get(at) : "(end)")
                + "'";
    }

    private static List<String> lines(byte[] bytes) {
        return Arrays.asList(new String(bytes, StandardCharsets.UTF_8).split("\n", -1));
    }
}
