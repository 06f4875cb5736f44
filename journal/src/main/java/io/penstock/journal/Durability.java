package io.penstock.journal;

import io.penstock.codecs.csv.Durations;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.store.FrameStore.Carries;
import java.time.Duration;

/**
 * When a record is acknowledged, and so what it survives: {@code none}, {@code process}, {@code
 * periodic:t} or {@code power}.
 *
 * <p>Let {@code published(s)} say that the frame of sequence s has its header committed in the
 * mapping, and {@code forced(s)} that a force which started after {@code published(s)} returned
 * without error for the segment file and all earlier segments, manifest and directory entries
 * needed to find it.
 *
 * <table>
 * <caption>Levels</caption>
 * <tr><th>level</th><th>ack(s) is given when</th><th>survives</th><th>loses at worst</th></tr>
 * <tr><td>{@code none}</td><td>its slot is claimed</td><td>nothing</td><td>everything</td></tr>
 * <tr><td>{@code process}</td><td>{@code published(s)} by the journal stage</td>
 * <td>an exception, kill -9, a crash of the JVM, the kernel's kill for want of memory</td>
 * <td>on power loss or kernel panic: the suffix that was not written back (often 30 s or less, no
 * bound is promised); what remains is a clean prefix</td></tr>
 * <tr><td>{@code periodic:t}</td><td>{@code published(s)}, and the age of the oldest unforced frame
 * is at most t; else the ack waits</td><td>as {@code process}; power loss</td>
 * <td>at most t of acknowledged events, always a suffix</td></tr>
 * <tr><td>{@code power}</td><td>{@code forced(s)}; what came during one force is the next group
 * </td><td>power loss, kernel panic, on media that honour a flush</td><td>nothing acknowledged</td>
 * </tr>
 * </table>
 *
 * <p>The guarantee: after any failure of the class that a level covers, recovery delivers a prefix
 * of the accepted events, bit-identical and in order, which contains all events acknowledged at
 * that level; the outputs released are exactly those of the prefix, and the state is the fold over
 * it. Where the journal does not allow this, because it is damaged below its mark, opening is
 * refused and says where.
 *
 * <p>Immutable; equal by level and period.
 */
public final class Durability {
    /** The levels without their period, in rising order. */
    public enum Kind {
        /** Acknowledged when claimed. */
        NONE,
        /** Acknowledged when published. */
        PROCESS,
        /** Acknowledged when published, if no unforced frame is older than the period. */
        PERIODIC,
        /** Acknowledged when forced. */
        POWER
    }

    /**
     * Acknowledged when its slot is claimed: survives nothing. The journal is written nevertheless;
     * after a crash its tail, and with it outputs that were seen, may be gone.
     */
    public static final Durability NONE = new Durability(Kind.NONE, 0);

    /**
     * Acknowledged when published: survives an exception, kill -9 and a crash of the JVM. A power
     * loss takes what the kernel had not written back; what remains is a clean prefix.
     */
    public static final Durability PROCESS = new Durability(Kind.PROCESS, 0);

    /**
     * Acknowledged when forced: survives power loss and kernel panic on media that honour a flush;
     * loses nothing acknowledged. Forces are as fast as the disk, and what came meanwhile is one
     * group.
     */
    public static final Durability POWER = new Durability(Kind.POWER, 0);

    private static final String PERIODIC = "periodic:";

    private final Kind kind;
    private final long periodNs;

    private Durability(Kind kind, long periodNs) {
        this.kind = kind;
        this.periodNs = periodNs;
    }

    /**
     * Acknowledged when published, as long as the oldest unforced frame is no older than the
     * period; else the ack waits. Survives what {@link #PROCESS} does; a power loss takes at most
     * the period's acknowledged events, always a suffix.
     *
     * @throws PenstockException CONFIGURATION when the period is not positive, or passes 64-bit
     *     nanoseconds
     */
    public static Durability periodic(Duration period) {
        try {
            return periodic(period.toNanos(), period.toString());
        } catch (ArithmeticException e) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the period of durability must fit 64-bit nanoseconds: " + period,
                    e);
        }
    }

    private static Durability periodic(long periodNs, String text) {
        if (periodNs <= 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the period of durability must be longer than zero: "
                            + text
                            + " (use periodic:10ms, or power)");
        }
        return new Durability(Kind.PERIODIC, periodNs);
    }

    /**
     * Reads what {@link #toString} writes: {@code none}, {@code process}, {@code periodic:10ms}
     * with any duration, {@code power}.
     *
     * @throws PenstockException CONFIGURATION for anything else, with the text
     */
    public static Durability parse(String text) {
        return switch (text) {
            case "none" -> NONE;
            case "process" -> PROCESS;
            case "power" -> POWER;
            default -> periodic(periodNs(text), text);
        };
    }

    private static long periodNs(String text) {
        if (!text.startsWith(PERIODIC)) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "durability must be none, process, periodic:DURATION or power: '"
                            + text
                            + "' (for example periodic:10ms)");
        }
        try {
            return Durations.parse(text.substring(PERIODIC.length()));
        } catch (PenstockException e) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "durability's period is no duration: '"
                            + text
                            + "' (use an integer and one of us, ms, s, m: periodic:10ms)",
                    e);
        }
    }

    /** The level without its period. */
    public Kind kind() {
        return kind;
    }

    /** Nanoseconds of {@link Kind#PERIODIC}; 0 at every other level. */
    public long periodNs() {
        return periodNs;
    }

    /** Whether the journal is forced to keep this promise: it speaks of a loss of power. */
    public boolean isForced() {
        return kind == Kind.PERIODIC || kind == Kind.POWER;
    }

    /** In one line, what an acknowledged event survives and what is lost at worst. */
    public String meaning() {
        return switch (kind) {
            case NONE -> "acknowledged when claimed: survives nothing";
            case PROCESS ->
                    "acknowledged when journaled: survives any end of the process;"
                            + " a power loss takes what the kernel had not written back";
            case PERIODIC ->
                    "acknowledged when journaled, forced in the background:"
                            + " a power loss takes at most "
                            + Durations.print(periodNs)
                            + " of acknowledged events";
            case POWER ->
                    "acknowledged when forced: a power loss takes nothing acknowledged,"
                            + " on media that honour a flush";
        };
    }

    /**
     * Refuses a store that cannot keep this promise.
     *
     * @param name of the store, for the message
     * @throws PenstockException CONFIGURATION with the remedy
     */
    public void requireCarriedBy(Carries carries, String name) {
        if (isForced() && carries != Carries.POWER) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "durability "
                            + this
                            + " needs a journal that carries a loss of power: "
                            + name
                            + " carries the end of the process only (use a journal of the kind"
                            + " segment, in a new directory, or durability process)");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Durability that && kind == that.kind && periodNs == that.periodNs;
    }

    @Override
    public int hashCode() {
        return kind.name().hashCode() * 31 + Long.hashCode(periodNs);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return switch (kind) {
            case NONE -> "none";
            case PROCESS -> "process";
            case PERIODIC -> PERIODIC + Durations.print(periodNs);
            case POWER -> "power";
        };
    }
}
