package io.penstock.engine.control;

import io.penstock.journal.Durability;

/**
 * What was taken of one source: what a client asks for when it comes back.
 *
 * @param position of the source's last event in the journal, what comes after it has to be sent
 *     again; -1 when there is none
 * @param sequence of its record; -1 when there is none, or the journal no longer holds it
 * @param epoch of the journal's writer that took it; 0 when the sequence is not known
 * @param level the highest that it has reached by now: below the engine's own level its
 *     acknowledgement is still to come
 */
public record Accepted(long position, long sequence, int epoch, Durability level) {
    /** Whether there is an event of the source in the journal. */
    public boolean isPresent() {
        return position >= 0;
    }
}
