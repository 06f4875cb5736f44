package io.penstock.testkit.simulation;

import io.penstock.engine.control.Assembly;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.journal.memory.MemoryFrameStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was sent and promised, seen from outside, and what the journal has of it. */
final class Ledger {
    private final Map<Long, JournalRecord> sent = new HashMap<>();
    private final List<Long> journaledNs = new ArrayList<>();
    private List<JournalRecord> records = List.of();
    private Reference reference;
    private long safeSequence = -1;
    private long lastAcknowledged = -1;
    private long lastReleased = -1;
    private long lastSnapshot = -1;

    /** A publisher was told that a record has a sequence. */
    void sent(JournalRecord record) {
        sent.put(record.sequence(), record);
    }

    /** A result of a record goes to a sink. */
    void released(long sequence) {
        lastReleased = Math.max(lastReleased, sequence);
    }

    /** Notes what stages say now. */
    void note(Assembly assembly, long nowNs) {
        while (journaledNs.size() <= assembly.journaled()) {
            journaledNs.add(nowNs);
        }
        lastAcknowledged = Math.max(lastAcknowledged, assembly.acknowledged());
        lastSnapshot = Math.max(lastSnapshot, assembly.lastSnapshot());
    }

    /** Records up to here have to survive what comes. */
    void safe(long sequence) {
        safeSequence = sequence;
    }

    /** Reads what the journal has, and makes of it what a plain core makes. */
    void read(MemoryFrameStore frames, Pipeline pipeline) {
        records = JournalRecord.readAll(frames);
        reference = new Reference(pipeline, records);
        sent.keySet().removeIf(sequence -> sequence >= records.size());
    }

    /** What is lost, and was allowed to be, was never promised. */
    void forgetLost(long newestSnapshot) {
        long last = records.size() - 1L;
        lastAcknowledged = Math.min(lastAcknowledged, last);
        lastReleased = Math.min(lastReleased, last);
        lastSnapshot = newestSnapshot;
        while (journaledNs.size() > records.size()) {
            journaledNs.remove(journaledNs.size() - 1);
        }
    }

    /** What the journal had when it was last read. */
    List<JournalRecord> records() {
        return records;
    }

    /** What a plain core makes of that. */
    Reference reference() {
        return reference;
    }

    /** The record that a publisher sent with a sequence; null if it was none of theirs. */
    JournalRecord sentAs(long sequence) {
        return sent.get(sequence);
    }

    long safeSequence() {
        return safeSequence;
    }

    /** The last record that was acknowledged, by what was known when the process ended. */
    long lastAcknowledged() {
        return lastAcknowledged;
    }

    /** The last record of which a result has left. */
    long lastReleased() {
        return lastReleased;
    }

    /** The newest snapshot that was said to be made. */
    long lastSnapshot() {
        return lastSnapshot;
    }

    /** When a record was journaled. */
    long journaledNs(long sequence) {
        return journaledNs.get((int) sequence);
    }
}
