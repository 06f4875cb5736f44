package io.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.examples.sbe.BookingEncoder;
import io.penstock.examples.sbe.VisitEncoder;
import io.penstock.journal.Durability;
import io.penstock.testkit.crash.CrashKit;
import io.penstock.testkit.crash.CrashReport;
import io.penstock.testkit.crash.Fault;
import io.penstock.testkit.harness.HarnessInputs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The test that every pipeline should have: whatever ends it wherever, it comes to the same. */
class CrashTest {
    private static final String[] USERS = {"ann", "bob", "cyd"};

    /** Bookings of three accounts. */
    private static void bookings(HarnessInputs events) {
        for (int i = 0; i < 30; i++) {
            long second = i;
            events.send(
                    "bookings",
                    Messages.BOOKING,
                    (BookingEncoder booking) ->
                            booking.eventTimeNs(Duration.ofSeconds(second).toNanos())
                                    .account(second % 3)
                                    .cents(second * 37 % 100 - 40));
        }
    }

    /** Visits with pauses that end some sessions. */
    private static void visits(HarnessInputs events) {
        for (int i = 0; i < 30; i++) {
            byte[] user = USERS[i % USERS.length].getBytes(StandardCharsets.US_ASCII);
            long minute = i * 7L + (i / 10) * 60L;
            events.send(
                    "visits",
                    Messages.VISIT,
                    (VisitEncoder visit) ->
                            visit.eventTimeNs(Duration.ofMinutes(minute).toNanos())
                                    .putUser(user, 0, user.length)
                                    .putPage(user, 0, user.length));
        }
    }

    @Test
    void shouldHaveTheSameBalancesWhateverEndsItWherever() {
        CrashReport report =
                CrashKit.of(StatefulProcessor::pipeline)
                        .events(CrashTest::bookings)
                        .durability(Durability.POWER)
                        .points(140)
                        .run();

        assertEquals(140, report.tried(), report::toString);
    }

    @Test
    void shouldHaveTheSameSessionsWhenKilledOrSyncsFail() {
        CrashReport report =
                CrashKit.of(Sessions::pipeline)
                        .events(CrashTest::visits)
                        .only(Fault.KILL, Fault.FAILED_SYNC)
                        .points(80)
                        .seed(42)
                        .run();

        assertTrue(report.results() > USERS.length, report::toString);
    }
}
