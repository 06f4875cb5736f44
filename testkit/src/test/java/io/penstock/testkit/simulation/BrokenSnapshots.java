package io.penstock.testkit.simulation;

import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.fault.PenstockException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Snapshots with a bug. */
final class BrokenSnapshots implements SnapshotStorage {
    enum Bug {
        NEVER_SEALS,
        LISTS_OLDEST_LAST,
        FAILS_FOR_GOOD,
        DELETES_THE_NEWEST
    }

    private final SnapshotStorage right;
    private final Bug bug;

    BrokenSnapshots(SnapshotStorage right, Bug bug) {
        this.right = right;
        this.bug = bug;
    }

    @Override
    public Output create(String name) {
        try {
            Output output = right.create(name);
            return bug == Bug.NEVER_SEALS ? new Unsealed(output) : output;
        } catch (PenstockException e) {
            if (bug == Bug.FAILS_FOR_GOOD) {
                throw new IllegalStateException("a snapshot that fails stops the engine", e);
            }
            throw e;
        }
    }

    @Override
    public List<String> list() {
        List<String> names = new ArrayList<>(right.list());
        if (bug == Bug.LISTS_OLDEST_LAST) {
            Collections.reverse(names);
        }
        return names;
    }

    @Override
    public Input open(String name) {
        return right.open(name);
    }

    @Override
    public void delete(String name) {
        List<String> names = right.list();
        boolean isWrong = bug == Bug.DELETES_THE_NEWEST && !names.isEmpty();
        right.delete(isWrong ? names.get(names.size() - 1) : name);
    }

    @Override
    public void deleteUnsealed() {
        right.deleteUnsealed();
    }

    private record Unsealed(Output output) implements Output {
        @Override
        public void write(ByteBuffer source) {
            output.write(source);
        }

        @Override
        public void seal() {
            // Here is the bug.
        }

        @Override
        public void close() {
            output.close();
        }
    }
}
