package io.penstock.testkit.simulation;

import io.penstock.journal.memory.MemoryFrameStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a medium does to a journal in silence, seen when it is read again: one thing at a time.
 *
 * <p>A copy from before is kept: whoever is refused for damage restores the files from a copy.
 */
final class MediumDamage {
    private static final int ONE_IN = 3;
    private static final int SECTOR_LENGTH = 512;
    private static final int MAX_SECTORS = 4;

    private final MemoryFrameStore frames;
    private final Faults faults;
    private MemoryFrameStore copy;
    private byte[] markBefore;

    MediumDamage(MemoryFrameStore frames, Faults faults) {
        this.frames = frames;
        this.faults = faults;
    }

    /** Damages, perhaps, what no process has open. */
    void strike() {
        if (copy != null || frames.names().isEmpty()) {
            return;
        }
        MemoryFrameStore before = frames.copy();
        try {
            if (faults.strike(Fault.LOST_WRITE, ONE_IN)) {
                loseWrite(faults.random(Fault.LOST_WRITE));
            } else if (faults.strike(Fault.MISDIRECTED_WRITE, ONE_IN)) {
                misdirect(faults.random(Fault.MISDIRECTED_WRITE));
            } else if (faults.strike(Fault.BIT_ROT, ONE_IN)) {
                flip(faults.random(Fault.BIT_ROT));
            } else if (faults.strike(Fault.LOST_FILE, 2 * ONE_IN)) {
                frames.remove(anyFile(faults.random(Fault.LOST_FILE)));
            } else {
                return;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        copy = before;
    }

    /** Whether there is damage that nobody has judged. */
    boolean isThere() {
        return copy != null;
    }

    /** The journal was opened, damaged or not: what it then has is what there is. */
    void judged() {
        copy = null;
        try {
            markBefore = frames.bytes(MemoryFrameStore.MARK);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts everything back as it was before the damage. */
    void restore() {
        try {
            frames.names().forEach(frames::remove);
            for (String name : copy.names()) {
                frames.put(name, copy, name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        copy = null;
    }

    /** The sectors have what they had before: zeros, or the mark of the life before. */
    private void loseWrite(SplittableRandom random) throws IOException {
        String name = anyFile(random);
        if (name.equals(MemoryFrameStore.MARK)) {
            if (markBefore != null) {
                frames.write(name, 0, markBefore);
            }
            return;
        }
        int offset = anySector(name, random);
        frames.write(name, offset, new byte[lengthFrom(name, offset, random)]);
    }

    /**
     * What was to stand in one place of a segment stands in another, and the place has what it had
     * before. Not between frames and the mark: one write that takes both what is witnessed and the
     * witness leaves nothing in the journal that could tell.
     */
    private void misdirect(SplittableRandom random) throws IOException {
        String name = anyFile(random);
        if (name.equals(MemoryFrameStore.MARK)) {
            return;
        }
        int offset = anySector(name, random);
        int length = lengthFrom(name, offset, random);
        String other = anyFile(random);
        if (other.equals(MemoryFrameStore.MARK)) {
            return;
        }
        byte[] written = new byte[length];
        System.arraycopy(frames.bytes(name), offset, written, 0, length);
        frames.write(name, offset, new byte[length]);
        int target = anySector(other, random);
        int room = (int) frames.lengthBytes(other) - target;
        byte[] landed = new byte[Math.min(room, length)];
        System.arraycopy(written, 0, landed, 0, landed.length);
        frames.write(other, target, landed);
    }

    private void flip(SplittableRandom random) throws IOException {
        String name = anyFile(random);
        long length = frames.lengthBytes(name);
        if (length > 0) {
            frames.flip(name, random.nextLong(length), random.nextInt(8));
        }
    }

    private String anyFile(SplittableRandom random) {
        List<String> names =
                frames.names().stream().filter(name -> !name.startsWith("quarantine/")).toList();
        return names.get(random.nextInt(names.size()));
    }

    private int anySector(String name, SplittableRandom random) throws IOException {
        int sectors = ((int) frames.lengthBytes(name) + SECTOR_LENGTH - 1) / SECTOR_LENGTH;
        return sectors == 0 ? 0 : SECTOR_LENGTH * random.nextInt(sectors);
    }

    private int lengthFrom(String name, int offset, SplittableRandom random) throws IOException {
        int wanted = SECTOR_LENGTH * random.nextInt(1, MAX_SECTORS + 1);
        return (int) Math.min(wanted, frames.lengthBytes(name) - offset);
    }
}
