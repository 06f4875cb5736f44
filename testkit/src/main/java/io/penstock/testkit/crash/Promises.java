package io.penstock.testkit.crash;

import io.penstock.engine.control.Assembly;
import io.penstock.journal.Durability;
import io.penstock.testkit.VirtualClock;
import java.util.ArrayList;
import java.util.List;

/** What an engine has promised so far in a run, and whether a recovery keeps it. */
final class Promises {
    private final Durability durability;
    private final VirtualClock clock;
    private final List<Long> journaledNs = new ArrayList<>();
    private long acknowledged = -1;
    private long released = -1;
    private boolean hasLostPower;

    /** A promise is broken. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Broken(String message) {
            super(message);
        }

        Broken(String message, Throwable cause) {
            super(message, cause);
        }
    }

    Promises(Durability durability, VirtualClock clock) {
        this.durability = durability;
        this.clock = clock;
    }

    /** Notes what is journaled and acknowledged by now. */
    void note(Assembly assembly) {
        long journaled = assembly.journaled();
        while (journaledNs.size() <= journaled) {
            journaledNs.add(clock.nanoTime());
        }
        acknowledged = Math.max(acknowledged, assembly.acknowledged());
    }

    /** A result of a record left. */
    void released(long sequence) {
        released = Math.max(released, sequence);
    }

    void crashed(boolean losesPower) {
        hasLostPower |= losesPower;
    }

    /** An engine is open again, with a journal up to a sequence. */
    void recovered(long last) {
        if (acknowledged > last) {
            requireMayBeLost(last);
        }
        boolean isGateForced = durability.kind() == Durability.Kind.POWER || !hasLostPower;
        if (released > last && isGateForced && durability.kind() != Durability.Kind.NONE) {
            throw new Broken(
                    "results of records up to sequence "
                            + released
                            + " had left, the journal ends at "
                            + last);
        }
        acknowledged = Math.min(acknowledged, last);
        released = Math.min(released, last);
        while (journaledNs.size() > last + 1) {
            journaledNs.remove(journaledNs.size() - 1);
        }
        hasLostPower = false;
    }

    private void requireMayBeLost(long last) {
        boolean mayBe =
                switch (durability.kind()) {
                    case NONE -> true;
                    case PROCESS -> hasLostPower;
                    case PERIODIC -> hasLostPower && lostNs(last) <= durability.periodNs();
                    case POWER -> false;
                };
        if (!mayBe) {
            throw new Broken(
                    "acknowledged at "
                            + durability
                            + " was everything up to sequence "
                            + acknowledged
                            + ", the journal ends at "
                            + last);
        }
    }

    private long lostNs(long last) {
        return journaledNs.get((int) acknowledged) - journaledNs.get((int) last + 1);
    }
}
