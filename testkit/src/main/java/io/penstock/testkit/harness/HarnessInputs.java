package io.penstock.testkit.harness;

import io.penstock.codecs.MessageType;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.fault.NearestName;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.RecordKind;
import io.penstock.testkit.TestEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * What a pipeline under test is given, in order: events, ticks and ends of sources, each with an
 * ingress time that is set by {@link #at} and {@link #tick} and stands still otherwise.
 *
 * <p>One thread. Messages are copied; they are not validated, because no publisher stands before a
 * core.
 */
public final class HarnessInputs {
    private final List<String> sources = new ArrayList<>();
    private final long[] positions;
    private final List<HarnessInput> inputs = new ArrayList<>();
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer();
    private long timeNs = TestEngine.START_NS;

    /** Creates an empty list of inputs of a pipeline. */
    public HarnessInputs(Pipeline pipeline) {
        pipeline.sources().forEach(source -> sources.add(source.name()));
        this.positions = new long[sources.size()];
    }

    /** Sets the ingress time of what follows, ns since 1970; it may go back, as clocks do. */
    public HarnessInputs at(long newTimeNs) {
        timeNs = newTimeNs;
        return this;
    }

    /** Adds an event; {@code encode} fills in the encoder, whose header is written. */
    public <E extends MessageEncoderFlyweight> HarnessInputs send(
            String source, MessageType<?, E> type, Consumer<E> encode) {
        E encoder = type.newEncoder();
        type.wrapAndWriteHeader(encoder, scratch, 0);
        encode.accept(encoder);
        return send(source, scratch, 0, type.encodedLength(encoder));
    }

    /** Adds an event by its SBE message, the header first. */
    public HarnessInputs send(String source, DirectBuffer message, int offset, int lengthBytes) {
        int id = sourceId(source);
        byte[] copy = new byte[lengthBytes];
        message.getBytes(offset, copy);
        inputs.add(
                new HarnessInput(
                        RecordKind.DATA, id, timeNs, positions[id]++, new UnsafeBuffer(copy)));
        return this;
    }

    /** Adds a tick of the engine's clock at a time, which is that of what follows. */
    public HarnessInputs tick(long newTimeNs) {
        timeNs = newTimeNs;
        inputs.add(HarnessInput.tick(timeNs));
        return this;
    }

    /** Adds the end of a source. */
    public HarnessInputs end(String source) {
        int id = sourceId(source);
        inputs.add(HarnessInput.end(id, timeNs, positions[id]));
        return this;
    }

    /** Adds the end of each source that has not ended, in plan order. */
    public HarnessInputs endAll() {
        for (int id = 0; id < positions.length; id++) {
            if (!isEnded(id)) {
                inputs.add(HarnessInput.end(id, timeNs, positions[id]));
            }
        }
        return this;
    }

    /** How many inputs there are: the index of the next. */
    public int count() {
        return inputs.size();
    }

    boolean isComplete() {
        for (int id = 0; id < positions.length; id++) {
            if (!isEnded(id)) {
                return false;
            }
        }
        return true;
    }

    /** All of them, in order. */
    public List<HarnessInput> list() {
        return inputs;
    }

    private boolean isEnded(int id) {
        return inputs.stream().anyMatch(i -> i.kind() == RecordKind.CONTROL && i.sourceId() == id);
    }

    private int sourceId(String source) {
        int id = sources.indexOf(source);
        if (id < 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the pipeline has no source "
                            + source
                            + " "
                            + NearestName.hint(source, sources));
        }
        return id;
    }
}
