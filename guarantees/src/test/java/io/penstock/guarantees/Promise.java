package io.penstock.guarantees;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A promise of the table: what no test can print.
 *
 * @param id such as {@code R3}
 * @param words what is promised
 * @param level at which levels of durability it holds
 * @param mechanism why it holds
 * @param longRuns by id of a proof, the property that makes it longer, as {@code name=value}
 */
record Promise(
        String id, String words, String level, String mechanism, Map<String, String> longRuns) {

    /**
     * Reads the table: {@code name: value} lines, indented ones go on, a promise begins with id.
     */
    static List<Promise> table() throws IOException {
        try (InputStream in = Promise.class.getResourceAsStream("/promises.txt")) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    static List<Promise> parse(String text) {
        List<Map<String, String>> promises = new ArrayList<>();
        String name = null;
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith(" ")) {
                promises.get(promises.size() - 1).merge(name, line.strip(), (a, b) -> a + " " + b);
                continue;
            }
            int colon = line.indexOf(':');
            name = line.substring(0, colon);
            if (name.equals("id")) {
                promises.add(new LinkedHashMap<>());
            }
            promises.get(promises.size() - 1).put(name, line.substring(colon + 1).strip());
        }
        return promises.stream().map(Promise::of).toList();
    }

    private static Promise of(Map<String, String> values) {
        Map<String, String> longRuns = new LinkedHashMap<>();
        values.forEach(
                (name, value) -> {
                    if (name.startsWith("long ")) {
                        longRuns.put(name.substring("long ".length()), value);
                    }
                });
        return new Promise(
                Objects.requireNonNull(values.get("id")),
                Objects.requireNonNull(values.get("promise"), values::toString),
                Objects.requireNonNull(values.get("level"), values::toString),
                Objects.requireNonNull(values.get("how"), values::toString),
                longRuns);
    }

    /** The property of a longer run of a proof; null if it has none. */
    String longProperty(String proof) {
        String setting = longRuns.get(proof);
        return setting == null ? null : setting.substring(0, setting.indexOf('='));
    }
}
