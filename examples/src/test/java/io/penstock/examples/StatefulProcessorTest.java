package io.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.examples.sbe.BookingEncoder;
import io.penstock.testkit.TestEngine;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A kill at any moment changes nothing. */
class StatefulProcessorTest {
    private static final long[][] BOOKINGS = {
        {1, 500}, {2, -70}, {1, -900}, {1, 100}, {3, 5}, {2, 70}, {1, 1000}, {3, -6}, {2, 1}
    };

    private static void book(TestEngine engine, int index) {
        engine.send(
                "bookings",
                Messages.BOOKING,
                (BookingEncoder booking) ->
                        booking.eventTimeNs(index)
                                .account(BOOKINGS[index][0])
                                .cents(BOOKINGS[index][1]));
    }

    private static List<UnsafeBuffer> uninterrupted() {
        try (TestEngine engine = TestEngine.start(StatefulProcessor.pipeline())) {
            for (int i = 0; i < BOOKINGS.length; i++) {
                book(engine, i);
            }
            engine.run();
            return engine.outputs("balances");
        }
    }

    @Test
    void shouldHaveTheSameBalancesWhenKilledAnywhere() {
        List<UnsafeBuffer> expected = uninterrupted();
        assertEquals(BOOKINGS.length, expected.size());
        for (int crash = 0; crash <= BOOKINGS.length; crash++) {
            for (int snapshot = 0; snapshot <= crash; snapshot++) {
                for (boolean isJournaled : new boolean[] {true, false}) {
                    assertEquals(
                            expected,
                            killed(crash, snapshot, isJournaled),
                            "crash " + crash + ", snapshot " + snapshot + ", " + isJournaled);
                }
            }
        }
    }

    /** Kills the engine behind so many bookings; what it has not journaled is sent again. */
    private static List<UnsafeBuffer> killed(int crash, int snapshot, boolean isJournaled) {
        try (TestEngine engine = TestEngine.start(StatefulProcessor.pipeline())) {
            for (int i = 0; i < crash; i++) {
                if (i == snapshot) {
                    engine.snapshot();
                }
                book(engine, i);
            }
            if (isJournaled) {
                engine.run();
            }
            engine.crashAndRecover();
            engine.run();
            for (int i = (int) engine.resumePosition("bookings") + 1; i < BOOKINGS.length; i++) {
                book(engine, i);
            }
            engine.run();
            return engine.outputs("balances");
        }
    }
}
