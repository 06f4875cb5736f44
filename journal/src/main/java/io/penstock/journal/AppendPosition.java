package io.penstock.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The last appended record and its frame's checksum, always seen together. Written by the appending
 * thread, read by any; neither waits for a lock.
 */
final class AppendPosition {
    private static final VarHandle SEQUENCE;
    private static final VarHandle CHECKSUM;
    private static final VarHandle VERSION;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SEQUENCE = lookup.findVarHandle(AppendPosition.class, "sequence", long.class);
            CHECKSUM = lookup.findVarHandle(AppendPosition.class, "checksum", int.class);
            VERSION = lookup.findVarHandle(AppendPosition.class, "version", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** One look at both. */
    record Value(long sequence, int checksum) {}

    private long sequence;
    private int checksum;

    /** Odd while the two change. */
    private long version;

    AppendPosition(long sequence, int checksum) {
        this.sequence = sequence;
        this.checksum = checksum;
    }

    void setRelease(long newSequence, int newChecksum) {
        long before = version;
        VERSION.setOpaque(this, before + 1);
        VarHandle.storeStoreFence();
        CHECKSUM.setOpaque(this, newChecksum);
        SEQUENCE.setRelease(this, newSequence);
        VERSION.setRelease(this, before + 2);
    }

    long sequencePlain() {
        return sequence;
    }

    int checksumPlain() {
        return checksum;
    }

    long sequenceAcquire() {
        return (long) SEQUENCE.getAcquire(this);
    }

    Value getAcquire() {
        while (true) {
            long before = (long) VERSION.getAcquire(this);
            Value value =
                    new Value((long) SEQUENCE.getOpaque(this), (int) CHECKSUM.getOpaque(this));
            VarHandle.loadLoadFence();
            if ((before & 1) == 0 && before == (long) VERSION.getOpaque(this)) {
                return value;
            }
            Thread.onSpinWait();
        }
    }
}
