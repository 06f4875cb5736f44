package io.penstock.engine.ingress;

import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.CsvReader;
import io.penstock.codecs.csv.RejectReason;
import io.penstock.codecs.system.MessageHeaderEncoder;
import io.penstock.codecs.system.RejectedRowEncoder;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.RecordKind;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Feeds the rows of a CSV input to an engine, each once over any number of runs.
 *
 * <p>The position of a record is the physical line its row starts on. What the journal has already
 * is skipped and checked by its running CRC32C, so that another input is refused. A row that cannot
 * be read becomes REJECT records, in parts where it is longer than a slot. One thread; allocates
 * nothing per row after warm-up.
 */
public final class CsvIngest {
    private static final int PART_OVERHEAD = 64;

    /** What a part takes besides its bytes, where slots are so short that it has to be exact. */
    private static final int LEAST_PART_OVERHEAD =
            MessageHeaderEncoder.ENCODED_LENGTH
                    + RejectedRowEncoder.BLOCK_LENGTH
                    + RejectedRowEncoder.partHeaderLength();

    private final RecordPort port;
    private final int sourceId;
    private final CsvReader reader;
    private final CsvMapper mapper;
    private final ResumePoint resume;
    private final UnsafeBuffer message;
    private final UnsafeBuffer rejected;
    private final RejectedRowEncoder rejectedRow = SystemMessages.REJECTED_ROW.newEncoder();
    private final int maxPartLength;
    private long lastLine;
    private long lastSequence = -1;
    private long rows;
    private boolean atRow;

    /**
     * Creates an ingest behind the reader's header.
     *
     * @param reader whose header has been read
     */
    public CsvIngest(
            RecordPort port, int sourceId, CsvReader reader, CsvMapper mapper, ResumePoint resume) {
        this.port = port;
        this.sourceId = sourceId;
        this.reader = reader;
        this.mapper = mapper;
        this.resume = resume;
        this.message = new UnsafeBuffer(new byte[port.maxMessageLength()]);
        this.rejected = new UnsafeBuffer(new byte[port.maxMessageLength()]);
        int longest = port.maxMessageLength();
        this.maxPartLength =
                longest - (longest > PART_OVERHEAD ? PART_OVERHEAD : LEAST_PART_OVERHEAD);
        if (maxPartLength < 1) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "slots must hold a part of a rejected row: maxMessageLength="
                            + port.maxMessageLength()
                            + " (use "
                            + PART_OVERHEAD
                            + " or more)");
        }
        this.lastLine = 1;
    }

    /**
     * Skips what the journal has.
     *
     * @return whether rows may follow; false: the source had ended, and this is the same input
     * @throws PenstockException OTHER_INPUT when the input is not the one it was
     */
    public boolean skipConsumed() {
        if (resume.hasEnded()) {
            while (reader.next()) {
                lastLine = reader.line();
            }
            if (lastLine != resume.position() || reader.sourceCheck() != resume.check()) {
                throw otherInput(
                        lastLine > resume.position()
                                ? "it goes on after line " + resume.position()
                                : "its content differs");
            }
            return false;
        }
        if (resume.position() < 0) {
            return true;
        }
        while (lastLine < resume.position()) {
            if (!reader.next()) {
                throw otherInput("it ends before line " + resume.position());
            }
            lastLine = reader.line();
            rows++;
        }
        if (lastLine != resume.position() || reader.sourceCheck() != resume.check()) {
            throw otherInput("its content up to line " + resume.position() + " differs");
        }
        return true;
    }

    /**
     * Publishes up to a number of rows.
     *
     * @return whether there may be more; false at the end of the input
     * @throws PenstockException INPUT when the input breaks off; what came before is published
     */
    public boolean publish(int limit) {
        for (int i = 0; i < limit; i++) {
            if (!reader.next()) {
                return false;
            }
            publishRow();
            lastLine = reader.line();
            rows++;
        }
        return true;
    }

    private void publishRow() {
        int length = mapper.map(reader, message, 0);
        if (length < 0) {
            publishRejected(-length);
            return;
        }
        lastSequence =
                port.publish(
                        sourceId,
                        RecordKind.DATA,
                        message,
                        length,
                        reader.line(),
                        reader.sourceCheck());
    }

    private void publishRejected(int reasonCode) {
        long offset = atRow ? 0 : resume.partialBytes();
        atRow = true;
        int kept = reader.rowLength();
        do {
            int length = (int) Math.min(maxPartLength, kept - offset);
            boolean last = offset + length == kept;
            SystemMessages.REJECTED_ROW.wrapAndWriteHeader(rejectedRow, rejected, 0);
            rejectedRow
                    .line(reader.line())
                    .totalLength(reader.rowTotalLength())
                    .checksum(Integer.toUnsignedLong(reader.rowChecksum()))
                    .partOffset(offset)
                    .lastPart((short) (last ? 1 : 0))
                    .reason((short) RejectReason.of(reasonCode).code());
            rejectedRow.putPart(reader.rowBytes(), reader.rowOffset() + (int) offset, length);
            lastSequence =
                    port.publish(
                            sourceId,
                            RecordKind.REJECT,
                            rejected,
                            SystemMessages.REJECTED_ROW.encodedLength(rejectedRow),
                            reader.line(),
                            reader.sourceCheck());
            offset += length;
        } while (offset < kept);
    }

    /** Rows read so far, those included that the journal had. */
    public long rows() {
        return rows;
    }

    /** Line of the last row read; 1 before the first. */
    public long lastLine() {
        return lastLine;
    }

    /** Sequence of the last record published; -1 before the first. */
    public long lastSequence() {
        return lastSequence;
    }

    private PenstockException otherInput(String how) {
        return new PenstockException(
                Category.OTHER_INPUT,
                "input "
                        + reader.sourceName()
                        + " is not the one the directory was filled from: "
                        + how
                        + "; use the same input from its beginning, or another directory");
    }
}
