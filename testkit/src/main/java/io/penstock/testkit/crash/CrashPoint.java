package io.penstock.testkit.crash;

/**
 * A point at which something can go wrong: a call of a store or sink, or the time between two turns
 * of the stages.
 *
 * @param number from 1, in the order of the unharmed run
 * @param what the call is for, as the fused stores word it
 * @param where the file, if it is one
 * @param journaled sequence of the last record in the journal then; -1 for none
 */
record CrashPoint(int number, String what, String where, long journaled) {
    private static final String TURN = "the time after a turn of ";

    /** Words for the time between two turns. */
    static String after(String role) {
        return TURN + role;
    }

    boolean isSync() {
        return what.startsWith("force of ") || isSeal();
    }

    boolean isWrite() {
        return isOfStore() && (what.startsWith("append ") || isSnapshotWrite() || isSeal());
    }

    boolean needsSpace() {
        return isWrite() || (isOfStore() && what.startsWith("creation of "));
    }

    boolean isOfJournal() {
        return what.contains("journal") || what.contains("segment") || what.contains("mark");
    }

    boolean isOfLog() {
        return what.contains("output log");
    }

    boolean isOfSnapshots() {
        return what.contains("snapshot") && !isTurn();
    }

    boolean isTurn() {
        return what.startsWith(TURN);
    }

    boolean isSeal() {
        return what.startsWith("seal of a snapshot");
    }

    private boolean isSnapshotWrite() {
        return what.startsWith("write of a snapshot");
    }

    private boolean isOfStore() {
        return !isTurn() && (isOfJournal() || isOfLog() || isOfSnapshots());
    }

    @Override
    public String toString() {
        return what
                + (where.isEmpty() ? "" : " (" + where + ")")
                + ", point "
                + number
                + ", "
                + (journaled < 0
                        ? "with an empty journal"
                        : "journaled up to sequence " + journaled);
    }
}
