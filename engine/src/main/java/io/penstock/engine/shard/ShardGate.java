package io.penstock.engine.shard;

import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.KeyReader;
import io.penstock.engine.operator.Receiver;
import io.penstock.engine.operator.StepPath;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Stands before a keyed stage on a shard: counts each visit, lets the shard's own keys pass. */
@HotPath
public final class ShardGate<T extends MessageDecoderFlyweight> implements Receiver<T> {
    private static final int FIRST_GROUP = 0;

    private final StepPath path;
    private final KeyReader<T> keys;
    private final int firstGroup;
    private final int endGroup;
    private final Receiver<T> stage;

    /** Creates a gate before a stage. */
    public ShardGate(StepPath path, Key<T> key, ShardAssignment assignment, Receiver<T> stage) {
        this.path = path;
        this.keys = new KeyReader<>(key);
        this.firstGroup = assignment.firstGroup();
        this.endGroup = assignment.endGroup();
        this.stage = stage;
    }

    @Override
    public void receive(Event<T> event) {
        path.nextVisit();
        int group = groupOf(event);
        if (group >= firstGroup && group < endGroup) {
            stage.receive(event);
        }
    }

    @Override
    public void foresee(Event<T> event) {
        int group = groupOf(event);
        if (group >= firstGroup && group < endGroup) {
            stage.foresee(event);
        }
    }

    /** A key that cannot be read is the first shard's: there the stage itself meets the fault. */
    private int groupOf(Event<T> event) {
        try {
            keys.read(event);
            return keys.keyGroup();
        } catch (RuntimeException e) {
            return FIRST_GROUP;
        }
    }
}
