package io.penstock.engine.snapshot;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Where snapshots are kept, by name. A snapshot appears with {@link Output#seal()} and never
 * before, in whatever moment the process or the machine stops.
 *
 * <p>One thread at a time. Failures are PenstockExceptions of category STORAGE.
 */
public interface SnapshotStorage {
    /** Starts a snapshot; an unsealed one of the same name is discarded. */
    Output create(String name);

    /** Names of the sealed snapshots, ascending. */
    List<String> list();

    /** Opens a sealed snapshot. */
    Input open(String name);

    /** Deletes a snapshot if it is there. */
    void delete(String name);

    /** Deletes what was never sealed. */
    void deleteUnsealed();

    /** A snapshot that is being written. */
    interface Output extends AutoCloseable {
        /** Appends what remains of {@code source}, all of it. */
        void write(ByteBuffer source);

        /** Makes the snapshot last and visible, replacing one of the same name. Ends the output. */
        void seal();

        /** Ends the output; discards it if it was not sealed. */
        @Override
        void close();
    }

    /** A snapshot that is being read. */
    interface Input extends AutoCloseable {
        /** Bytes there are. */
        long length();

        /** Where they are, for messages. */
        String location();

        /**
         * Fills {@code target} from {@code offset}, as far as there are bytes; returns the count.
         */
        int read(long offset, ByteBuffer target);

        @Override
        void close();
    }
}
