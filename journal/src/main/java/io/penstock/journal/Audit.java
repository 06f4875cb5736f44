package io.penstock.journal;

import io.penstock.journal.store.FrameStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/**
 * Computes the roots of a journal from its frames, and compares them with a checkpoint. One use.
 *
 * <p>Nothing that it needs is stored in the journal's directory: who can change all of that can
 * change no root that is kept elsewhere.
 */
final class Audit {
    private static final String CHANGED =
            "the journal is not what it was: restore it from a copy, and find out who wrote to it";

    private final FrameStore store;
    private final Checkpoint compared;
    private final long givenUpBefore;
    private final TreeMap<Integer, Counted> segments = new TreeMap<>();
    private final MerkleTree tree = new MerkleTree();
    private final List<JournalDamage> differences = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private Counted counted;

    /** What was read of a segment. */
    private static final class Counted {
        private final String file;
        private final int epoch;
        private final long firstSequence;
        private long frames;
        private long lastSequence;
        private byte[] root;
        private byte[] comparedRoot;
        private long comparedLastSequence;

        private Counted(String file, int epoch, long firstSequence) {
            this.file = file;
            this.epoch = epoch;
            this.firstSequence = firstSequence;
        }
    }

    /**
     * Names the parts.
     *
     * @param compared an earlier checkpoint; null for none
     * @param givenUpBefore records below this sequence were given up on purpose
     */
    Audit(FrameStore store, Checkpoint compared, long givenUpBefore) {
        this.store = store;
        this.compared = compared;
        this.givenUpBefore = givenUpBefore;
    }

    AuditReport run(JournalProgress progress) {
        JournalInfo info = new Inspection(store, this::onFrame).verify(progress);
        leaveSegment();
        if (compared != null && info.id() != null) {
            compare(info);
        }
        boolean isSound = info.isSound() && differences.isEmpty();
        return new AuditReport(info, differences, isSound ? checkpoint(info) : null, notes);
    }

    private void onFrame(FrameWalker walker) {
        int number = walker.segment().number();
        if (walker.kind() == FrameLayout.KIND_HEAD) {
            leaveSegment();
            counted = new Counted(walker.segment().name(), walker.epoch(), walker.firstSequence());
            segments.put(number, counted);
        }
        ByteBuffer frame = walker.buffer().byteBuffer().duplicate();
        tree.add(frame.clear().position(walker.offset()).limit(walker.offset() + walker.length()));
        counted.frames++;
        counted.lastSequence = walker.nextSequence() - 1;
        if (counted.frames == comparedFrames(number)) {
            counted.comparedRoot = tree.root();
            counted.comparedLastSequence = counted.lastSequence;
        }
    }

    private void leaveSegment() {
        if (counted != null) {
            counted.root = tree.root();
        }
        tree.clear();
    }

    private long comparedFrames(int number) {
        Checkpoint.Segment segment = comparedSegment(number);
        return segment == null ? -1 : segment.frames();
    }

    private Checkpoint.Segment comparedSegment(int number) {
        if (compared == null || compared.segments().isEmpty()) {
            return null;
        }
        int index = number - compared.segments().get(0).number();
        return index >= 0 && index < compared.segments().size()
                ? compared.segments().get(index)
                : null;
    }

    private void compare(JournalInfo info) {
        if (!info.id().equals(compared.journalId())) {
            differ(
                    MarkReader.NAME,
                    0,
                    "it is journal "
                            + info.id()
                            + ", the checkpoint is of journal "
                            + compared.journalId(),
                    "name the checkpoint of this journal; if it is, " + CHANGED);
            return;
        }
        Checkpoint.Segment last = null;
        for (Checkpoint.Segment segment : compared.segments()) {
            last = segment;
            Counted found = segments.get(segment.number());
            if (found != null) {
                compare(segment, found, info);
            } else if (info.isSound() || segment.firstSequence() < info.firstSequence()) {
                missing(segment, info);
            }
        }
        if (last != null && info.isSound() && info.firstSequence() > last.lastSequence() + 1) {
            notes.add(
                    "sequences "
                            + (last.lastSequence() + 1)
                            + ".."
                            + (info.firstSequence() - 1)
                            + " were given up before a checkpoint covered them");
        }
    }

    private void compare(Checkpoint.Segment segment, Counted found, JournalInfo info) {
        boolean isLast = comparedSegment(segment.number() + 1) == null;
        String what = null;
        if (found.frames < segment.frames()) {
            if (isDamaged(found, info)) {
                return; // named already, with its place
            }
            what = "has " + found.frames + " frames, the checkpoint covers " + segment.frames();
        } else if (found.frames > segment.frames() && !isLast && !segment.isGivenUp()) {
            what = "has " + found.frames + " frames, the checkpoint says " + segment.frames();
        } else if (!HexFormat.of().formatHex(found.comparedRoot).equals(segment.root())
                || found.epoch != segment.epoch()
                || found.firstSequence != segment.firstSequence()
                || found.comparedLastSequence != segment.lastSequence()) {
            what =
                    "has root "
                            + HexFormat.of().formatHex(found.comparedRoot)
                            + " over "
                            + segment.frames()
                            + " frames, the checkpoint says "
                            + segment.root();
        }
        if (what != null) {
            differ(
                    found.file,
                    segment.firstSequence(),
                    "segment " + segment.number() + what(segment) + " " + what,
                    CHANGED);
        }
    }

    private static boolean isDamaged(Counted found, JournalInfo info) {
        return info.damages().stream().anyMatch(damage -> damage.file().equals(found.file));
    }

    private static String what(Checkpoint.Segment segment) {
        return segment.lastSequence() < segment.firstSequence()
                ? " without records"
                : " with sequences " + segment.firstSequence() + ".." + segment.lastSequence();
    }

    private void missing(Checkpoint.Segment segment, JournalInfo info) {
        boolean isBelow = segment.lastSequence() < info.firstSequence();
        if (isBelow && (segment.isGivenUp() || segment.lastSequence() < givenUpBefore)) {
            return;
        }
        String what =
                "segment "
                        + segment.number()
                        + what(segment)
                        + " is not there, the checkpoint covers it";
        if (isBelow) {
            differ(
                    MarkReader.NAME,
                    segment.firstSequence(),
                    what + "; the journal begins at sequence " + info.firstSequence() + " now",
                    "if these records were given up on purpose, say so with --given-up-before "
                            + info.firstSequence()
                            + "; else "
                            + CHANGED);
        } else {
            differ(
                    MarkReader.NAME,
                    segment.firstSequence(),
                    what + "; the journal ends at sequence " + info.lastSequence() + " now",
                    CHANGED);
        }
    }

    private void differ(String file, long sequence, String reason, String remedy) {
        differences.add(
                new JournalDamage(JournalDamage.Kind.CORRUPT, file, 0, sequence, reason, remedy));
    }

    private Checkpoint checkpoint(JournalInfo info) {
        List<Checkpoint.Segment> lines = new ArrayList<>(carried());
        segments.forEach(
                (number, found) ->
                        lines.add(
                                new Checkpoint.Segment(
                                        number,
                                        found.epoch,
                                        found.frames,
                                        found.firstSequence,
                                        found.lastSequence,
                                        HexFormat.of().formatHex(found.root),
                                        "",
                                        false)));
        return Checkpoint.chained(info.id(), lines);
    }

    /** What is known of segments that the journal does not keep any more, if nothing is between. */
    private List<Checkpoint.Segment> carried() {
        List<Checkpoint.Segment> carried = new ArrayList<>();
        if (compared == null || segments.isEmpty()) {
            return carried;
        }
        int first = segments.firstKey();
        for (Checkpoint.Segment segment : compared.segments()) {
            if (segment.number() < first) {
                carried.add(segment.givenUp());
            }
        }
        if (!carried.isEmpty()) {
            Checkpoint.Segment last = carried.get(carried.size() - 1);
            boolean isWhole =
                    last.number() == first - 1
                            && last.lastSequence() + 1 == segments.get(first).firstSequence;
            if (!isWhole) {
                notes.add(
                        "segments up to "
                                + (first - 1)
                                + " were given up before a checkpoint covered all of them: the"
                                + " chain starts again at segment "
                                + first);
                carried.clear();
            }
        }
        return carried;
    }
}
