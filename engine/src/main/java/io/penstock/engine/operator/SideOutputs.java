package io.penstock.engine.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * The side outputs of one running stage, each with the edge behind it and a maker of its own.
 *
 * <p>The core's thread.
 */
@HotPath
public final class SideOutputs {
    /** Most sides of a stage. */
    public static final int MAX_SIDES = 8;

    private static final String LABEL = "side-";

    private final Branch<?, ?>[] branches;

    private SideOutputs(Branch<?, ?>[] branches) {
        this.branches = branches;
    }

    /** No sides. */
    public static SideOutputs none() {
        return new SideOutputs(new Branch<?, ?>[0]);
    }

    /** Collects the sides of a stage while it is built. */
    public static final class Builder {
        private final List<Branch<?, ?>> branches = new ArrayList<>();

        /** Creates a builder of no sides. */
        public Builder() {}

        /** Adds a side and the edge behind it. */
        public <S extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> void add(
                Side<S, E> side, Output<S> output) {
            branches.add(new Branch<>(side, output));
        }

        /** The sides in the order added. */
        public SideOutputs build() {
            return new SideOutputs(branches.toArray(new Branch<?, ?>[0]));
        }
    }

    private static final class Branch<
            S extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> {
        private final Side<S, E> side;
        private final Maker<S, E> maker;
        private final Output<S> output;
        private boolean hasBegun;

        Branch(Side<S, E> side, Output<S> output) {
            this.side = side;
            this.maker = new Maker<>(side.type());
            this.output = output;
        }

        void emit(long eventTimeNs, long sourcePosition, long ordinal, long sourceRow) {
            output.receive(maker.end(eventTimeNs, sourcePosition, ordinal, sourceRow));
        }
    }

    /** A stage's labels of counts, with one for each side behind them. */
    String[] labels(String... own) {
        String[] all = new String[own.length + branches.length];
        System.arraycopy(own, 0, all, 0, own.length);
        for (int i = 0; i < branches.length; i++) {
            all[own.length + i] = LABEL + branches[i].side.name();
        }
        return all;
    }

    /** Forgets what was begun; before each call of the stage's logic. */
    void reset() {
        Branch<?, ?>[] all = branches;
        for (int i = 0; i < all.length; i++) {
            all[i].hasBegun = false;
        }
    }

    /** Number of a side, in the order of the labels. */
    int indexOf(Side<?, ?> side, Operator stage) {
        Branch<?, ?>[] all = branches;
        for (int i = 0; i < all.length; i++) {
            if (all[i].side.equals(side)) {
                return i;
            }
        }
        throw new IllegalStateException(
                "stage "
                        + stage.name()
                        + " has no side output "
                        + side.name()
                        + " of "
                        + side.type()
                        + " (declared with it: "
                        + names()
                        + ")");
    }

    private String names() {
        StringJoiner names = new StringJoiner(", ", "[", "]");
        for (Branch<?, ?> branch : branches) {
            names.add(branch.side.name());
        }
        return names.toString();
    }

    @SuppressWarnings("unchecked") // the side that is equal has the same type of messages
    <E extends MessageEncoderFlyweight> E begin(Side<?, E> side, Operator stage) {
        int index = indexOf(side, stage);
        Branch<?, ?> branch = branches[index];
        if (branch.hasBegun) {
            throw new IllegalStateException(
                    "a message for side output "
                            + branch.side.name()
                            + " must be emitted before the next is begun");
        }
        branch.hasBegun = true;
        return (E) branch.maker.begin();
    }

    void emit(int index, long eventTimeNs, long sourcePosition, long ordinal, long sourceRow) {
        Branch<?, ?> branch = branches[index];
        if (!branch.hasBegun) {
            throw new IllegalStateException(
                    "a message for side output "
                            + branch.side.name()
                            + " must be begun before it is emitted");
        }
        branch.hasBegun = false;
        branch.emit(eventTimeNs, sourcePosition, ordinal, sourceRow);
    }

    @SuppressWarnings("unchecked") // as above
    <S extends MessageDecoderFlyweight> void send(int index, Event<S> event) {
        ((Branch<S, ?>) branches[index]).output.receive(event);
    }
}
