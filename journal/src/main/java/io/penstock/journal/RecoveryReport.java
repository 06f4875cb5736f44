package io.penstock.journal;

import java.util.List;

/**
 * What opening a journal found and did.
 *
 * @param records records that are there
 * @param lastSequence sequence of the last of them; -1 when there is none
 * @param segments segments that are there
 * @param bytesCut damaged bytes that were cut off the end, copied aside
 * @param sequencesLost records that the mark knew as appended and that are gone
 * @param damage what was damaged; null when nothing was cut
 * @param quarantined where the copies are
 */
public record RecoveryReport(
        long records,
        long lastSequence,
        int segments,
        long bytesCut,
        long sequencesLost,
        JournalDamage damage,
        List<String> quarantined) {
    /** Copies the list. */
    public RecoveryReport {
        quarantined = List.copyOf(quarantined);
    }

    /** Whether something was cut off. */
    public boolean isCut() {
        return damage != null;
    }
}
