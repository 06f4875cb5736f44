package io.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.examples.sbe.SessionDecoder;
import io.penstock.testkit.TestEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Sessions of users against their definition, in whatever order the visits come. */
class SessionsTest {
    private record Visit(long timeMs, String user, String page) {}

    private static List<Visit> visits() {
        List<Visit> visits = new ArrayList<>();
        for (String row : Results.input("visits")) {
            String[] fields = row.split(",", -1);
            visits.add(new Visit(Instant.parse(fields[0]).toEpochMilli(), fields[1], fields[2]));
        }
        return visits;
    }

    /** Neighbours of a user are of one session if no more than the gap lies between them. */
    private static List<String> oracle(List<Visit> visits) {
        Map<String, List<Long>> users = new TreeMap<>();
        for (Visit visit : visits) {
            users.computeIfAbsent(visit.user(), key -> new ArrayList<>()).add(visit.timeMs());
        }
        List<String> sessions = new ArrayList<>();
        users.forEach(
                (user, times) -> {
                    times.sort(null);
                    int first = 0;
                    for (int i = 1; i <= times.size(); i++) {
                        if (i == times.size()
                                || times.get(i) - times.get(i - 1) > Sessions.GAP.toMillis()) {
                            sessions.add(row(times.get(first), times.get(i - 1), i - first, user));
                            first = i;
                        }
                    }
                });
        return sessions.stream().sorted().toList();
    }

    private static String row(long firstMs, long lastMs, long pages, String user) {
        return firstMs + "," + lastMs + "," + (lastMs - firstMs) / 1000 + "," + pages + "," + user;
    }

    @Test
    void shouldGiveTheSessionsOfTheDefinition() {
        List<String> given =
                Results.of("sessions").stream()
                        .map(
                                row -> {
                                    String[] f = row.split(",", -1);
                                    return Instant.parse(f[0]).toEpochMilli()
                                            + ","
                                            + Instant.parse(f[1]).toEpochMilli()
                                            + ","
                                            + f[2]
                                            + ","
                                            + f[3]
                                            + ","
                                            + f[4];
                                })
                        .sorted()
                        .toList();
        assertEquals(oracle(visits()), given);
    }

    @Test
    void shouldGiveTheSameSessionsWhateverTheOrderWithinTheBound() {
        List<String> expected = oracle(visits());
        for (long seed = 1; seed <= 20; seed++) {
            assertEquals(expected, run(shuffled(visits(), new Random(seed))), "seed " + seed);
        }
    }

    /** Each visit is held up by less than the disorder bound. */
    private static List<Visit> shuffled(List<Visit> visits, Random random) {
        Map<Visit, Long> arrivals = new HashMap<>();
        for (Visit visit : visits) {
            arrivals.put(
                    visit,
                    visit.timeMs() + (long) (random.nextDouble() * Sessions.DISORDER.toMillis()));
        }
        List<Visit> shuffled = new ArrayList<>(visits);
        shuffled.sort(Comparator.comparingLong(arrivals::get));
        return shuffled;
    }

    private static List<String> run(List<Visit> visits) {
        try (TestEngine engine = TestEngine.start(Sessions.pipeline())) {
            for (Visit visit : visits) {
                engine.send(
                        "visits",
                        Messages.VISIT,
                        message ->
                                message.eventTimeNs(Duration.ofMillis(visit.timeMs()).toNanos())
                                        .user(visit.user())
                                        .page(visit.page()));
            }
            engine.endSource("visits");
            engine.run();
            SessionDecoder session = new SessionDecoder();
            List<String> rows = new ArrayList<>();
            for (UnsafeBuffer message : engine.outputs("sessions")) {
                Messages.SESSION.wrap(session, message, 0);
                rows.add(
                        row(
                                session.firstNs() / 1_000_000,
                                session.lastNs() / 1_000_000,
                                session.pages(),
                                session.user()));
            }
            return rows.stream().sorted().toList();
        }
    }
}
