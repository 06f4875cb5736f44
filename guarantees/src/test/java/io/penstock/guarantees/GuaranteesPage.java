package io.penstock.guarantees;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The text of GUARANTEES.md: the table of promises, with the counts of this build, and those of the
 * committed page where this build has none.
 */
final class GuaranteesPage {
    private static final String NONE = "–";
    private static final String NOT_YET = "not run yet";
    private static final String HEAD =
            """
            # Guarantees

            What Penstock promises, at which level of durability, and the test that shows it. The counts
            are what the tests printed at the last full build: a build whose tests print something else
            fails (`GuaranteesTest`), so nothing here is written by hand but the words of promises, which
            are in `guarantees/src/test/resources/promises.txt`. A count is always of cases without a
            failure; the second one was reached with the longer setting, which is added to the command.

            What is not promised: to survive the loss of the disk, or a disk that lies about flushing, or a
            network file system; to repair damage, which is found and named; protection from faulty memory;
            exactly-once into a sink that neither forgets duplicates nor takes part in a transaction.
            """;

    private final List<Promise> promises;
    private final List<Row> committed;
    private final Predicate<String> isSet;

    /** One line of a promise's table. */
    private record Row(String id, String test, String count, String words, String longRun) {
        boolean isOf(Evidence evidence) {
            return id.equals(evidence.id()) && test.equals(evidence.test());
        }

        static Row parse(String line) {
            String[] cells = line.substring(1).split("\\|", -1);
            return new Row(
                    cells[0].strip(),
                    cells[1].strip().replace("`", ""),
                    cells[2].strip(),
                    cells[3].strip(),
                    cells[5].strip());
        }

        String text(Promise promise) {
            String setting = promise.longRuns().get(id);
            return Stream.of(
                            id,
                            "`" + test + "`",
                            count,
                            words,
                            setting == null ? NONE : "`-D" + setting + "`",
                            longRun)
                    .collect(Collectors.joining(" | ", "| ", " |"));
        }
    }

    /**
     * A page on top of another.
     *
     * @param committed text of the page as it is; empty at first
     * @param isSet whether this build has a property, which makes a proof longer
     */
    GuaranteesPage(List<Promise> promises, String committed, Predicate<String> isSet) {
        this.promises = promises;
        this.committed =
                committed
                        .lines()
                        .filter(line -> line.matches("\\| [HJLR][0-9].*"))
                        .map(Row::parse)
                        .toList();
        this.isSet = isSet;
    }

    /** What is wrong with the evidence as a whole: ids without promise, promises without proof. */
    List<String> faults(List<Evidence> evidence) {
        List<String> faults = new ArrayList<>();
        Set<String> known =
                promises.stream().map(Promise::id).collect(Collectors.toCollection(TreeSet::new));
        Set<String> printed = new TreeSet<>();
        for (Evidence one : evidence) {
            printed.add(one.promise());
            if (!known.contains(one.promise())) {
                faults.add(
                        one.test()
                                + " prints "
                                + one.id()
                                + ", which promises.txt does not have (add it there)");
            }
        }
        for (String id : known) {
            if (!printed.contains(id)) {
                faults.add("no test printed a line for " + id + " (GUARANTEE " + id + " ...)");
            }
        }
        return faults;
    }

    String text(List<Evidence> evidence) {
        StringBuilder text = new StringBuilder(HEAD);
        for (Promise promise : promises) {
            List<Evidence> own =
                    evidence.stream().filter(e -> e.promise().equals(promise.id())).toList();
            text.append("\n## ").append(promise.id()).append(": ").append(promise.words());
            text.append("\n\n* Level: ").append(promise.level());
            text.append("\n* How: ").append(promise.mechanism());
            text.append("\n\n| Proof | Test | Count | Of | Longer setting | Reached with it |");
            text.append("\n|---|---|---|---|---|---|\n");
            for (Row row : rows(promise, own)) {
                text.append(row.text(promise)).append('\n');
            }
            text.append('\n');
            commands(own).forEach(command -> text.append("    ").append(command).append('\n'));
        }
        return text.toString();
    }

    private List<Row> rows(Promise promise, List<Evidence> evidence) {
        List<Row> rows = new ArrayList<>();
        for (Evidence one : evidence) {
            List<Row> before = committed.stream().filter(row -> row.isOf(one)).toList();
            if (one.isRun()) {
                rows.add(row(promise, one, before));
            } else if (!before.isEmpty()) {
                before.stream().filter(row -> !rows.contains(row)).forEach(rows::add);
            } else {
                rows.add(new Row(one.id(), one.test(), NONE, NOT_YET, NONE));
            }
        }
        return rows.stream().distinct().toList();
    }

    private Row row(Promise promise, Evidence evidence, List<Row> before) {
        Row same = null;
        for (Row row : before) {
            if (row.words().equals(evidence.words()) || before.size() == 1) {
                same = row;
            }
        }
        String count = String.format(Locale.ROOT, "%,d", evidence.count().getAsLong());
        String longProperty = promise.longProperty(evidence.id());
        boolean isLong = longProperty != null && isSet.test(longProperty);
        String kept = same == null ? NONE : isLong ? same.count() : same.longRun();
        return new Row(
                evidence.id(),
                evidence.test(),
                isLong ? kept : count,
                evidence.words(),
                isLong ? count : kept);
    }

    private static Iterable<String> commands(List<Evidence> evidence) {
        Map<String, Set<String>> tests = new LinkedHashMap<>();
        for (Evidence one : evidence) {
            tests.computeIfAbsent(one.module(), module -> new TreeSet<>()).add(one.test());
        }
        return tests.entrySet().stream()
                .map(
                        e ->
                                "./mvnw test -pl "
                                        + e.getKey()
                                        + " -am -Dsurefire.failIfNoSpecifiedTests=false -Dtest="
                                        + String.join(",", e.getValue()))
                .toList();
    }

    /** The first line in which two texts differ; null if none. */
    static String difference(String committed, String made) {
        List<String> old = committed.lines().toList();
        List<String> now = made.lines().toList();
        for (int i = 0; i < Math.max(old.size(), now.size()); i++) {
            String before = i < old.size() ? old.get(i) : "(nothing)";
            String after = i < now.size() ? now.get(i) : "(nothing)";
            if (!Objects.equals(before, after)) {
                return "line "
                        + (i + 1)
                        + ": committed '"
                        + before
                        + "', tests say '"
                        + after
                        + "'";
            }
        }
        return null;
    }
}
