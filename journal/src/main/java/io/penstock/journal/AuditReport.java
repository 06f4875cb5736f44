package io.penstock.journal;

import java.util.ArrayList;
import java.util.List;

/**
 * What an audit of a whole journal found.
 *
 * @param info what the journal consists of, and what is damaged by itself
 * @param differences what differs from the checkpoint it was compared with; empty without one
 * @param checkpoint of all that is there now, with what the compared one knew of segments that are
 *     given up; null where something is damaged or differs
 * @param notes what a reader should know, such as segments that no checkpoint covered in time
 */
public record AuditReport(
        JournalInfo info,
        List<JournalDamage> differences,
        Checkpoint checkpoint,
        List<String> notes) {
    /** Copies the lists. */
    public AuditReport {
        differences = List.copyOf(differences);
        notes = List.copyOf(notes);
    }

    /** Whether nothing is damaged and nothing differs. */
    public boolean isSound() {
        return info.isSound() && differences.isEmpty();
    }

    /** All that is damaged or differs. */
    public List<JournalDamage> findings() {
        List<JournalDamage> findings = new ArrayList<>(info.damages());
        findings.addAll(differences);
        return findings;
    }
}
