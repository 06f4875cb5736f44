package io.penstock.engine.state;

/** Told by a {@link KeyTable} when an entry gets another number, which happens between steps. */
@FunctionalInterface
public interface EntryMoves {
    /** The entry {@code from} is now the entry {@code to}; its content is there already. */
    void moved(int from, int to);
}
