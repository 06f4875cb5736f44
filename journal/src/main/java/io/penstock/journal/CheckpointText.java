package io.penstock.journal;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a checkpoint, version {@value #VERSION}: a line a segment, each line ended by a line
 * feed, all ASCII.
 *
 * <pre>
 * penstock-checkpoint 1
 * journal 0f0e... frames 0 hashes sha-256 epochs 1..2 segments 2
 * segment 1 epoch 1 frames 12 first 0 last 99 root 5a... chain 77... given-up
 * segment 2 epoch 2 frames 7 first 100 last 140 root 91... chain 0c... kept
 * head records 141 first 0 last 140 chain 0c...
 * checksum SHA-256 of all bytes before this line
 * </pre>
 *
 * <p>The checksum finds accidents. Who can write the file can make another one that is whole: what
 * counts is that the file, or its head, is kept where the journal's writer cannot write.
 */
final class CheckpointText {
    static final int VERSION = 1;

    private static final String MAGIC = "penstock-checkpoint ";
    private static final String CHECKSUM = "checksum ";
    private static final String NUMBER = "(-1|0|[1-9][0-9]{0,18})";
    private static final String HASH = "([0-9a-f]{64})";
    private static final Pattern JOURNAL =
            Pattern.compile(
                    "journal ([0-9a-f-]{36}) frames "
                            + NUMBER
                            + " hashes sha-256 epochs "
                            + NUMBER
                            + "\\.\\."
                            + NUMBER
                            + " segments "
                            + NUMBER);
    private static final Pattern SEGMENT =
            Pattern.compile(
                    "segment "
                            + NUMBER
                            + " epoch "
                            + NUMBER
                            + " frames "
                            + NUMBER
                            + " first "
                            + NUMBER
                            + " last "
                            + NUMBER
                            + " root "
                            + HASH
                            + " chain "
                            + HASH
                            + " (kept|given-up)");

    private final String name;
    private final List<String> lines;

    private CheckpointText(String name, List<String> lines) {
        this.name = name;
        this.lines = lines;
    }

    static String print(Checkpoint checkpoint) {
        StringBuilder text = new StringBuilder(MAGIC).append(VERSION).append('\n');
        text.append(journalLine(checkpoint)).append('\n');
        for (Checkpoint.Segment segment : checkpoint.segments()) {
            text.append("segment ").append(segment.number());
            text.append(" epoch ").append(segment.epoch());
            text.append(" frames ").append(segment.frames());
            text.append(" first ").append(segment.firstSequence());
            text.append(" last ").append(segment.lastSequence());
            text.append(" root ").append(segment.root());
            text.append(" chain ").append(segment.chain());
            text.append(segment.isGivenUp() ? " given-up\n" : " kept\n");
        }
        text.append(headLine(checkpoint)).append('\n');
        String checksum = checksum(text.toString());
        return text.append(CHECKSUM).append(checksum).append('\n').toString();
    }

    private static String journalLine(Checkpoint checkpoint) {
        List<Checkpoint.Segment> segments = checkpoint.segments();
        return "journal "
                + checkpoint.journalId()
                + " frames "
                + checkpoint.frameVersion()
                + " hashes sha-256 epochs "
                + (segments.isEmpty() ? 0 : segments.get(0).epoch())
                + ".."
                + (segments.isEmpty() ? 0 : segments.get(segments.size() - 1).epoch())
                + " segments "
                + segments.size();
    }

    private static String headLine(Checkpoint checkpoint) {
        return "head records "
                + (checkpoint.lastSequence() + 1 - checkpoint.firstSequence())
                + " first "
                + checkpoint.firstSequence()
                + " last "
                + checkpoint.lastSequence()
                + " chain "
                + checkpoint.head();
    }

    private static String checksum(String text) {
        return HexFormat.of()
                .formatHex(MerkleTree.sha256().digest(text.getBytes(StandardCharsets.US_ASCII)));
    }

    static Checkpoint parse(String name, String text) {
        List<String> lines = new ArrayList<>();
        int from = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
            lines.add(text.substring(from, end));
            from = end + 1;
        }
        return new CheckpointText(name, lines).parse(text, from);
    }

    private Checkpoint parse(String text, int end) {
        requireVersion(text);
        String last = lines.get(lines.size() - 1);
        if (end != text.length() || !last.startsWith(CHECKSUM)) {
            throw fault(
                    Category.INPUT,
                    "it ends too early, in line " + (lines.size() + 1),
                    "copy it again from where it was exported to");
        }
        String covered = text.substring(0, text.length() - last.length() - 1);
        if (!last.equals(CHECKSUM + checksum(covered))) {
            throw changed("its checksum is wrong");
        }
        return parseLines();
    }

    private void requireVersion(String text) {
        if (!text.startsWith(MAGIC) || lines.isEmpty()) {
            throw fault(
                    Category.INPUT,
                    "it does not start with '" + MAGIC.trim() + "'",
                    "name a file that 'journal checkpoint' wrote");
        }
        String version = lines.get(0).substring(MAGIC.length());
        if (!version.equals(String.valueOf(VERSION))) {
            throw fault(
                    Category.CONFIGURATION,
                    "it is of version " + version + ", this release reads " + VERSION,
                    "use the release that wrote it, or a newer one");
        }
    }

    private Checkpoint parseLines() {
        Matcher journal = match(1, JOURNAL);
        UUID id = uuid(journal.group(1));
        long frameVersion = number(1, journal.group(2));
        if (frameVersion != Checkpoint.FRAME_VERSION) {
            throw fault(
                    Category.CONFIGURATION,
                    "its frames are of version "
                            + frameVersion
                            + ", this release reads "
                            + Checkpoint.FRAME_VERSION,
                    "use the release that wrote it, or a newer one");
        }
        List<Checkpoint.Segment> segments = new ArrayList<>();
        for (int line = 2; line < lines.size() - 2; line++) {
            segments.add(segment(line, segments));
        }
        Checkpoint read = Checkpoint.chained(id, segments);
        boolean isWhole =
                read.segments().equals(segments)
                        && lines.get(1).equals(journalLine(read))
                        && lines.size() > 3
                        && lines.get(lines.size() - 2).equals(headLine(read));
        if (!isWhole) {
            throw changed("its lines do not follow from each other");
        }
        return read;
    }

    private Checkpoint.Segment segment(int line, List<Checkpoint.Segment> before) {
        Matcher fields = match(line, SEGMENT);
        Checkpoint.Segment segment =
                new Checkpoint.Segment(
                        (int) Math.min(Integer.MAX_VALUE, number(line, fields.group(1))),
                        (int) Math.min(Integer.MAX_VALUE, number(line, fields.group(2))),
                        number(line, fields.group(3)),
                        number(line, fields.group(4)),
                        number(line, fields.group(5)),
                        fields.group(6),
                        fields.group(7),
                        fields.group(8).equals("given-up"));
        boolean isInOrder =
                segment.number() >= 1
                        && segment.frames() >= 1
                        && segment.firstSequence() >= 0
                        && segment.lastSequence() >= segment.firstSequence() - 1;
        if (isInOrder && !before.isEmpty()) {
            Checkpoint.Segment previous = before.get(before.size() - 1);
            isInOrder =
                    segment.number() == previous.number() + 1
                            && segment.epoch() >= previous.epoch()
                            && segment.firstSequence() == previous.lastSequence() + 1;
        }
        if (!isInOrder) {
            throw changed("line " + (line + 1) + " does not follow the one before");
        }
        return segment;
    }

    private Matcher match(int line, Pattern pattern) {
        Matcher matcher = pattern.matcher(line < lines.size() ? lines.get(line) : "");
        if (!matcher.matches()) {
            throw changed("line " + (line + 1) + " cannot be read");
        }
        return matcher;
    }

    private UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw changed("line 2 has no journal id");
        }
    }

    private long number(int line, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw changed("line " + (line + 1) + " has a number out of range: " + text);
        }
    }

    private PenstockException changed(String what) {
        return fault(Category.DAMAGE, what, "copy it again from where it was exported to");
    }

    private PenstockException fault(Category category, String what, String remedy) {
        return new PenstockException(
                category, "checkpoint cannot be used: " + name + ": " + what + " (" + remedy + ")");
    }
}
