package io.penstock.journal;

/** What a record in ring and journal is; the codes are part of the journal's format. */
public final class RecordKind {
    /** An event of a source: an SBE message of its schema. */
    public static final byte DATA = 1;

    /** The engine's clock moved on. */
    public static final byte TICK = 2;

    /** State at this sequence is to be saved. */
    public static final byte BARRIER = 3;

    /** A change of the engine's own: end of a source, later configuration and rules. */
    public static final byte CONTROL = 4;

    /** Part of an input row that could not be read. */
    public static final byte REJECT = 5;

    /** A range of a source's events that was shed before the ring. */
    public static final byte SHED = 6;

    /** A claim that was aborted: nothing happened. */
    public static final byte PAD = 7;

    private RecordKind() {}

    /** The name of a code, for tools and messages. */
    public static String name(int kind) {
        return switch (kind) {
            case DATA -> "data";
            case TICK -> "tick";
            case BARRIER -> "barrier";
            case CONTROL -> "control";
            case REJECT -> "reject";
            case SHED -> "shed";
            case PAD -> "pad";
            default -> "unknown-" + kind;
        };
    }
}
