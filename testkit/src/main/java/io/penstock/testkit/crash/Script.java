package io.penstock.testkit.crash;

import io.penstock.codecs.MessagePrinter;
import io.penstock.codecs.ValidationCode;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.PlanSource;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import io.penstock.testkit.harness.HarnessInput;
import io.penstock.testkit.harness.HarnessInputs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Everything that goes into the ring of a run, in order, barriers included: the sequence of a
 * record is its index here, whatever happens.
 */
final class Script {
    private final Pipeline pipeline;
    private final List<HarnessInput> inputs = new ArrayList<>();
    private int barriers;

    /**
     * Takes events down, ends all sources that did not, and puts a barrier behind every so many.
     *
     * @param snapshotEvery inputs between two barriers; 0 for none
     */
    Script(Pipeline pipeline, Consumer<HarnessInputs> events, int snapshotEvery) {
        this.pipeline = pipeline;
        HarnessInputs given = new HarnessInputs(pipeline);
        events.accept(given);
        if (given.count() == 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the crash kit needs events: pipeline="
                            + pipeline.name()
                            + " (give them with events(...))");
        }
        given.endAll();
        int since = 0;
        for (HarnessInput input : given.list()) {
            requireValid(input);
            inputs.add(input);
            if (snapshotEvery > 0 && ++since % snapshotEvery == 0) {
                inputs.add(HarnessInput.barrier(input.timeNs()));
                barriers++;
            }
        }
    }

    private void requireValid(HarnessInput input) {
        if (input.kind() != RecordKind.DATA) {
            return;
        }
        PlanSource source = pipeline.sources().get(input.sourceId());
        UnsafeBuffer message = input.message();
        int code = source.type().validator().validate(message, 0, message.capacity());
        if (code != ValidationCode.OK.code()) {
            throw new PenstockException(
                    Category.INPUT,
                    "event "
                            + input.position()
                            + " of source "
                            + source.name()
                            + " is malformed: "
                            + ValidationCode.of(code).rule());
        }
    }

    int size() {
        return inputs.size();
    }

    int barriers() {
        return barriers;
    }

    HarnessInput get(long sequence) {
        return inputs.get((int) sequence);
    }

    int longestMessage() {
        return inputs.stream().mapToInt(input -> input.message().capacity()).max().orElse(0);
    }

    /** Whether a record of the journal is the one that was put into the ring. */
    boolean isWritten(RecordView record) {
        if (record.sequence() >= inputs.size()) {
            return false;
        }
        HarnessInput input = get(record.sequence());
        if (input.kind() != record.kind()) {
            return false;
        }
        boolean isOfSource = input.kind() == RecordKind.DATA || input.kind() == RecordKind.CONTROL;
        return !isOfSource
                || (input.sourceId() == record.sourceId()
                        && input.timeNs() == record.timeNs()
                        && input.position() == record.sourcePosition()
                        && input.check() == record.sourceCheck()
                        && isSame(input.message(), record));
    }

    private static boolean isSame(UnsafeBuffer message, RecordView record) {
        if (message.capacity() != record.length()) {
            return false;
        }
        for (int i = 0; i < record.length(); i++) {
            if (message.getByte(i) != record.buffer().getByte(record.offset() + i)) {
                return false;
            }
        }
        return true;
    }

    /** A record in words. */
    String describe(long sequence) {
        if (sequence < 0 || sequence >= inputs.size()) {
            return "sequence " + sequence;
        }
        HarnessInput input = get(sequence);
        StringBuilder text = new StringBuilder("sequence " + sequence + ", ");
        text.append(RecordKind.name(input.kind()));
        if (input.kind() == RecordKind.DATA || input.kind() == RecordKind.CONTROL) {
            text.append(" of ").append(pipeline.sources().get(input.sourceId()).name());
        }
        if (input.kind() == RecordKind.DATA) {
            PlanSource source = pipeline.sources().get(input.sourceId());
            text.append(' ');
            new MessagePrinter(source.type().schema())
                    .appendJson(text, input.message(), 0, input.message().capacity());
        }
        return text.toString();
    }
}
