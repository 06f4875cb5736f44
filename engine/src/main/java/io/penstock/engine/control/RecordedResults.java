package io.penstock.engine.control;

import io.penstock.codecs.MessagePrinter;
import io.penstock.codecs.SchemaIr;
import io.penstock.engine.control.ReplayVerification.Difference;
import io.penstock.engine.egress.FileLogStorage;
import io.penstock.engine.egress.OutputDescriptor;
import io.penstock.engine.egress.OutputLogReader;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.pipeline.PlanSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;

/** The results that an output log holds, compared with those of a replay in the same order. */
final class RecordedResults implements AutoCloseable {
    private static final String NOTHING = "nothing";

    private final Pipeline pipeline;
    private final MessagePrinter printer;

    /** Null when there is no log. */
    private final OutputLogReader log;

    private final long[] compared;
    private long notRecorded;
    private Difference difference;

    private RecordedResults(Pipeline pipeline, OutputLogReader log) {
        this.pipeline = pipeline;
        this.log = log;
        this.printer = printer(pipeline);
        this.compared = new long[pipeline.sinks().size()];
    }

    static RecordedResults open(
            Path directory, EngineDirectory.StoredPlan stored, Pipeline pipeline) {
        Path file = directory.resolve("outputs.log");
        return new RecordedResults(
                pipeline,
                Files.exists(file)
                        ? new OutputLogReader(FileLogStorage.forReading(file), stored.journalId())
                        : null);
    }

    static MessagePrinter printer(Pipeline pipeline) {
        Map<Integer, SchemaIr> schemas = new TreeMap<>();
        Stream.concat(
                        pipeline.sources().stream().map(PlanSource::type),
                        pipeline.sinks().stream().map(PlanSink::type))
                .forEach(type -> schemas.put(type.schemaId(), type.schema()));
        return new MessagePrinter(schemas.values().toArray(new SchemaIr[0]));
    }

    /** Whether there is a log. */
    boolean isThere() {
        return log != null;
    }

    /** The first difference; null as long as there is none. */
    Difference difference() {
        return difference;
    }

    /** Leaves out the results of all records up to a sequence. */
    void skipTo(long sequence) {
        OutputRecord recorded = next();
        while (recorded != null && recorded.sequence() <= sequence) {
            log.skip();
            recorded = next();
        }
    }

    private OutputRecord next() {
        return log == null ? null : log.peek();
    }

    /** Compares the next result of a replay; the checksum is that of its cause's journal frame. */
    void compare(OutputRecord replayed, int frameChecksum) {
        OutputRecord recorded = next();
        if (recorded == null) {
            notRecorded++;
            return;
        }
        boolean isSameResult =
                recorded.sinkId() == replayed.sinkId() && recorded.ordinal() == replayed.ordinal();
        if (!isSameResult && recorded.sequence() < replayed.sequence()) {
            differ(recorded, text(recorded), NOTHING);
        } else if (!isSameResult && recorded.sequence() > replayed.sequence()) {
            differ(replayed, NOTHING, text(replayed));
        } else if (!isSameResult
                || recorded.sequence() != replayed.sequence()
                || recorded.kind() != replayed.kind()
                || recorded.revision() != replayed.revision()
                || !isSameMessage(recorded, replayed)) {
            differ(
                    recorded.sequence() < replayed.sequence() ? recorded : replayed,
                    place(recorded, replayed) + text(recorded),
                    place(replayed, recorded) + text(replayed));
        } else if (recorded.frameChecksum() != frameChecksum && recorded.frameChecksum() != 0) {
            // 0 is what level none records of a cause that was not journaled yet.
            differ(
                    replayed,
                    "journal frame " + HexFormat.of().toHexDigits(recorded.frameChecksum()),
                    "journal frame " + HexFormat.of().toHexDigits(frameChecksum));
        } else {
            compared[replayed.sinkId()]++;
            log.skip();
        }
    }

    /** At the replay's end: results of records up to a sequence that no replay gave differ. */
    void end(long sequence) {
        OutputRecord recorded = next();
        if (difference == null && recorded != null && recorded.sequence() <= sequence) {
            differ(recorded, text(recorded), NOTHING);
        }
    }

    /** The first result behind all that was compared, in words. */
    String following() {
        OutputRecord recorded = next();
        return recorded == null
                ? NOTHING
                : "result " + recorded.ordinal() + " at sequence " + recorded.sequence();
    }

    /** Whether a result is recorded behind all that was compared. */
    boolean hasFollowing() {
        return next() != null;
    }

    private static boolean isSameMessage(OutputRecord recorded, OutputRecord replayed) {
        if (recorded.messageLength() != replayed.messageLength()) {
            return false;
        }
        for (int i = 0; i < recorded.messageLength(); i++) {
            if (recorded.buffer().getByte(recorded.messageOffset() + i)
                    != replayed.buffer().getByte(replayed.messageOffset() + i)) {
                return false;
            }
        }
        return true;
    }

    private void differ(OutputRecord at, String recorded, String replayed) {
        String sink = sink(at);
        difference =
                new Difference(
                        at.sequence(),
                        stageBefore(sink),
                        "result " + at.ordinal() + " of sink " + sink,
                        "",
                        recorded,
                        replayed);
    }

    private String sink(OutputRecord result) {
        return result.sinkId() < pipeline.sinks().size()
                ? pipeline.sinks().get(result.sinkId()).name()
                : "number " + result.sinkId();
    }

    /** The stage whose results a sink is given, by the plan. */
    private String stageBefore(String sink) {
        return pipeline.plan()
                .text()
                .lines()
                .filter(line -> line.startsWith("stage sink/" + sink + ": "))
                .map(line -> line.substring(line.lastIndexOf(" <- ") + " <- ".length()))
                .findFirst()
                .orElse("sink/" + sink);
    }

    /** What tells a result from another, where it does. */
    private String place(OutputRecord result, OutputRecord other) {
        StringBuilder place = new StringBuilder();
        if (result.sinkId() != other.sinkId() || result.ordinal() != other.ordinal()) {
            place.append("result ").append(result.ordinal());
            place.append(" of sink ").append(sink(result)).append(' ');
        }
        if (result.sequence() != other.sequence()) {
            place.append("at sequence ").append(result.sequence()).append(' ');
        }
        if (result.revision() != other.revision()) {
            place.append("revision ").append(result.revision()).append(' ');
        }
        if (result.kind() != other.kind()) {
            place.append(kind(result.kind())).append(' ');
        }
        return place.toString();
    }

    private static String kind(byte kind) {
        return switch (kind) {
            case OutputDescriptor.KIND_INSERT -> "insert";
            case OutputDescriptor.KIND_UPDATE -> "update";
            case OutputDescriptor.KIND_RETRACT -> "retract";
            default -> "kind " + kind;
        };
    }

    private String text(OutputRecord result) {
        return text(printer, result.buffer(), result.messageOffset(), result.messageLength());
    }

    /** A message as people read it; one that cannot be decoded in hexadecimal. */
    static String text(MessagePrinter printer, DirectBuffer buffer, int offset, int length) {
        if (printer.validate(buffer, offset, length) == 0) {
            StringBuilder text = new StringBuilder();
            printer.appendJson(text, buffer, offset, length);
            return text.toString();
        }
        byte[] bytes = new byte[Math.max(0, length)];
        buffer.getBytes(offset, bytes);
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    /** Results that were equal, by sink. */
    Map<String, Long> compared() {
        Map<String, Long> bySink = new LinkedHashMap<>();
        for (int i = 0; i < compared.length; i++) {
            bySink.put(pipeline.sinks().get(i).name(), compared[i]);
        }
        return bySink;
    }

    /** Results that were replayed behind the log's end. */
    long notRecorded() {
        return notRecorded;
    }

    /** Bytes at the log's end that are no whole frame. */
    long tornBytes() {
        return log == null || log.peek() != null ? 0 : log.tornBytes();
    }

    @Override
    public void close() {
        if (log != null) {
            log.close();
        }
    }
}
