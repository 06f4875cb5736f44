package io.penstock.engine.shard;

import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.EventBatch;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.KeyReader;
import io.penstock.engine.operator.Receiver;
import io.penstock.engine.operator.StepPath;
import io.penstock.engine.state.KeyGroups;
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

    /** The shard's own events of the batch at hand. */
    private final EventBatch<T> own = new EventBatch<>();

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
    public boolean takesBatches() {
        return stage.takesBatches() && stage.takesParts();
    }

    @Override
    public int takenTogether(EventBatch<T> batch, int from, int to) {
        if (!own.isPartOf(batch)) {
            select(batch);
        }
        int end = own.firstFrom(to);
        int taken = stage.takenTogether(own, own.firstFrom(from), end);
        return taken == end ? to : own.place(taken);
    }

    /** Finds the shard's own events. */
    private void select(EventBatch<T> batch) {
        own.beginPart(batch);
        own.endPart(keys.isLong() ? selectByNumber(batch) : selectOneByOne(batch, 0, 0));
    }

    private int selectByNumber(EventBatch<T> batch) {
        int count = batch.count();
        int[] places = own.places();
        int i = 0;
        int taken = 0;
        try {
            for (; i < count; i++) {
                int group = KeyGroups.group(KeyGroups.hash(keys.number(batch.message(i))));
                places[taken] = i;
                // Half of the branches here would be foreseen wrong.
                taken += ((group - firstGroup) | (endGroup - 1 - group)) >>> 31 ^ 1;
            }
            return taken;
        } catch (RuntimeException e) {
            return selectOneByOne(batch, i, taken); // asks for that key once more
        }
    }

    private int selectOneByOne(EventBatch<T> batch, int from, int takenBefore) {
        int[] places = own.places();
        int taken = takenBefore;
        for (int i = from; i < batch.count(); i++) {
            int group = groupOf(batch.at(i));
            if (group >= firstGroup && group < endGroup) {
                places[taken++] = i;
            }
        }
        return taken;
    }

    /** Visits of which nothing comes; the stage sees the shard's own events only. */
    @Override
    public void receiveAll(EventBatch<T> batch, int from, int to) {
        path.nextVisits(to - from);
        int first = own.firstFrom(from);
        int end = own.firstFrom(to);
        if (end > first) {
            stage.receiveAll(own, first, end);
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
