package io.penstock.engine.shard;

import io.penstock.codecs.MessageType;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.EventBatch;
import io.penstock.engine.operator.FiringRoom;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.Output;
import io.penstock.engine.operator.Pending;
import io.penstock.engine.operator.Receiver;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.operator.StepPath;
import io.penstock.engine.state.KeyGroups;
import io.penstock.engine.state.StateVisitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Stands for a keyed stage that runs on shards, in the core behind them: pushes on what the shards'
 * stages made of a visit or a firing, as if it had been made here.
 *
 * <p>Counts and hashes are those of the shards' stages: exact while they stand still.
 */
@HotPath
public final class RemoteOperator<T extends MessageDecoderFlyweight> extends Operator
        implements Receiver<T> {
    /** Ends a run of firings at one that has to be made alone; never leaves the core. */
    private final Alone alone = new Alone();

    private final int place;
    private final StepPath path;
    private final Exchange[] exchanges;
    private final Operator[] shards;
    private final Edge<?>[] edges;

    /** Whether the firings at hand may be taken back and made again. */
    private boolean isTogether;

    /**
     * Creates the stand-in of a stage.
     *
     * @param place number of the stage
     * @param exchanges of all shards
     * @param shards the stage on each shard
     * @param edges what the stage writes to
     */
    public RemoteOperator(
            StepContext context,
            int place,
            Exchange[] exchanges,
            Operator[] shards,
            List<Edge<?>> edges) {
        super(context, shards[0].name(), shards[0].countLabels());
        this.place = place;
        this.path = context.path();
        this.exchanges = exchanges.clone();
        this.shards = shards.clone();
        int highest = 0;
        for (Edge<?> edge : edges) {
            highest = Math.max(highest, edge.target);
        }
        this.edges = new Edge<?>[highest + 1];
        for (Edge<?> edge : edges) {
            this.edges[edge.target] = edge;
        }
    }

    /**
     * An edge that a remote stage writes to.
     *
     * @param <T> decoder of its messages
     */
    public static final class Edge<T extends MessageDecoderFlyweight> {
        private final int target;
        private final Event<T> event;
        private final Output<T> output;

        /** Creates the near end of an edge. */
        public Edge(int target, MessageType<T, ?> type, Output<T> output) {
            this.target = target;
            this.event = new Event<>(type);
            this.output = output;
        }

        private void push(Exchange exchange) {
            output.receive(exchange.headInto(event));
        }
    }

    private static final class Alone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Alone() {
            super("a firing that was handed over aside is made alone", null, false, false);
        }
    }

    @Override
    public void receive(Event<T> event) {
        context.enter(this);
        long visit = path.nextVisit();
        for (int i = 0; i < exchanges.length; i++) {
            Exchange exchange = exchanges[i];
            while (exchange.isHeadOfVisit(path.step(), visit)) {
                push(exchange);
            }
        }
    }

    @Override
    public boolean takesBatches() {
        return true;
    }

    /**
     * All of them: whoever takes events together has seen that the shards gave nothing for them.
     */
    @Override
    public int takenTogether(EventBatch<T> batch, int from, int to) {
        return to;
    }

    @Override
    public void receiveAll(EventBatch<T> batch, int from, int to) {
        path.nextVisits(to - from);
    }

    private void push(Exchange exchange) {
        if (exchange.isHeadFailure()) {
            throw exchange.failure();
        }
        if (isTogether && exchange.isHeadSpilled()) {
            throw alone;
        }
        edges[exchange.headTarget()].push(exchange);
        exchange.takeHead();
        context.enter(this);
    }

    /** Whoever takes events together has seen that the shards have fired nothing behind them. */
    @Override
    public long horizonNs() {
        return END_OF_TIME;
    }

    /** Whether a shard has a firing here, or may still have one. */
    @Override
    public boolean hasDue() {
        for (int i = 0; i < exchanges.length; i++) {
            boolean hasPassed = exchanges[i].hasPassed(path.behind(place));
            if (exchanges[i].isHeadOfFiring(path.step(), place) || !hasPassed) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether it is known which shard fires first. A firing may come in between the two questions;
     * whoever fires looks for it once more.
     */
    public boolean canFire() {
        for (int i = 0; i < exchanges.length; i++) {
            if (!exchanges[i].isHeadOfFiring(path.step(), place)
                    && !exchanges[i].hasPassed(path.behind(place))) {
                return false;
            }
        }
        return true;
    }

    /** Takes the first firing of all shards, if there is one after all. */
    @Override
    public void fireOne() {
        context.enter(this);
        long step = path.step();
        Exchange least = first(step);
        if (least != null) {
            pushFiring(least, step);
        }
    }

    private Exchange first(long step) {
        Exchange least = null;
        for (int i = 0; i < exchanges.length; i++) {
            Exchange exchange = exchanges[i];
            if (exchange.isHeadOfFiring(step, place)
                    && (least == null || exchange.isHeadBefore(least))) {
                least = exchange;
            }
        }
        return least;
    }

    private void pushFiring(Exchange exchange, long step) {
        do {
            push(exchange);
        } while (exchange.isHeadOfFiring(step, place) && !exchange.isHeadFirst());
    }

    @Override
    public boolean firesTogether() {
        for (int i = 0; i < exchanges.length; i++) {
            if (exchanges[i].isHeadSpilled()) {
                return false; // it cannot be taken a second time
            }
        }
        return true;
    }

    @Override
    public void fireTogether(FiringRoom room) {
        context.enter(this);
        isTogether = true;
        long step = path.step();
        Exchange least = first(step);
        while (least != null) {
            pushFiring(least, step);
            // Asked last: it counts a firing that must then come.
            least = hasFiring(step) && room.isThereForOneMore() ? first(step) : null;
        }
        isTogether = false;
    }

    private boolean hasFiring(long step) {
        for (int i = 0; i < exchanges.length; i++) {
            if (exchanges[i].isHeadOfFiring(step, place)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void takeBackFirings() {
        isTogether = false;
        for (int i = 0; i < exchanges.length; i++) {
            exchanges[i].takeBack();
        }
    }

    /** How many shards there are. */
    public int shards() {
        return shards.length;
    }

    /** The stage on a shard. */
    public Operator shard(int index) {
        return shards[index];
    }

    @Override
    public long countOf(int index) {
        long sum = 0;
        for (int i = 0; i < shards.length; i++) {
            sum += shards[i].countOf(index);
        }
        return sum;
    }

    @Override
    public int[] outcomes() {
        return shards[0].outcomes();
    }

    @Override
    public long held() {
        long sum = 0;
        for (int i = 0; i < shards.length; i++) {
            sum += shards[i].held();
        }
        return sum;
    }

    /** The next of each kind on any shard. */
    @Override
    public List<Pending> pending() {
        List<Pending> all = new ArrayList<>();
        for (Operator shard : shards) {
            List<Pending> own = shard.pending();
            if (own == null) {
                return null;
            }
            own.forEach(pending -> addFirst(all, pending));
        }
        return all;
    }

    private static void addFirst(List<Pending> all, Pending pending) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).what().equals(pending.what())) {
                if (pending.dueNs() < all.get(i).dueNs()) {
                    all.set(i, pending);
                }
                return;
            }
        }
        all.add(pending);
    }

    /** Shows the state of one shard after the other, each with all its parts. */
    @Override
    public void describeState(StateVisitor visitor) {
        for (Operator shard : shards) {
            shard.describeState(visitor);
        }
    }

    @Override
    public void hashInto(long[] groupHashes) {
        long[] hashes = new long[KeyGroups.COUNT];
        for (int i = 0; i < shards.length; i++) {
            Arrays.fill(hashes, 0);
            shards[i].hashInto(hashes);
            ShardAssignment assignment = new ShardAssignment(i, shards.length);
            for (int group = assignment.firstGroup(); group < assignment.endGroup(); group++) {
                groupHashes[group] = hashes[group];
            }
        }
    }

    @Override
    public int stateVersion() {
        return shards[0].stateVersion();
    }
}
