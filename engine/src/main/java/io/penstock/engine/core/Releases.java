package io.penstock.engine.core;

import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.OrderOperator;
import io.penstock.engine.pipeline.RunningPlan.OperatorNode;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the events that order stages hold are let go within a sweep, and how far the stages behind
 * may be swept meanwhile.
 *
 * <p>An event that is due and still held is where time has come to for all stages behind: they are
 * swept up to its time before it comes, as they would be had its record been the one to move the
 * watermark. Of several order stages the one with the earliest event goes first. What one lets go
 * is followed by a sweep of the stages behind it only; nothing else can have become due.
 *
 * <p>Decided by state alone, so a step that is made again does the same. Costs a plan without order
 * stages nothing but the question.
 */
@HotPath
final class Releases {
    private static final int NONE = -1;

    /** The end of time is reached when nothing comes any more, not before an event of that time. */
    private static final long LAST_LIVE_NS = Operator.END_OF_TIME - 1;

    /** By number: the order stages in plan order. */
    private final OrderOperator<?>[] orders;

    private final int[] stages;

    /** By stage: the numbers of the order stages that it is behind. */
    private final int[][] upstream;

    private final boolean[] isOrder;
    private final boolean[][] isBehind;
    private int next = NONE;

    /** The order stage whose event the sweep in progress follows. */
    private int released = NONE;

    Releases(List<OperatorNode> operators) {
        this.isOrder = Core.flags(operators, node -> node.operator() instanceof OrderOperator<?>);
        this.stages = IntStream.range(0, isOrder.length).filter(i -> isOrder[i]).toArray();
        this.orders = new OrderOperator<?>[stages.length];
        this.isBehind = new boolean[stages.length][];
        this.upstream = new int[isOrder.length][];
        for (int i = 0; i < stages.length; i++) {
            int stage = stages[i];
            orders[i] = (OrderOperator<?>) operators.get(stage).operator();
            isBehind[i] = Core.flags(operators, node -> node.orders().get(stage));
        }
        for (int i = 0; i < upstream.length; i++) {
            int stage = i;
            upstream[i] =
                    IntStream.range(0, stages.length)
                            .filter(order -> isBehind[order][stage])
                            .toArray();
        }
    }

    /** A record's sweep begins: of all stages. */
    void beginSweep() {
        next = NONE;
        released = NONE;
    }

    /** Whether the sweep in progress is the record's first, of all stages. */
    boolean isFirstSweep() {
        return released == NONE;
    }

    /** Whether a stage is none of those that the sweep in progress is of. */
    boolean skips(int stage) {
        return released != NONE && !isBehind[released][stage];
    }

    /** Whether a stage lets its events go between sweeps only. */
    boolean isOrder(int stage) {
        return isOrder[stage];
    }

    /** How far a stage is swept: up to the first event that is yet to come, or all the way. */
    long watermark(int stage, long all) {
        int[] before = upstream[stage];
        long watermark = all;
        for (int i = 0; i < before.length; i++) {
            OrderOperator<?> order = orders[before[i]];
            if (order.hasDue()) {
                watermark = Math.min(watermark, Math.min(order.headTimeNs(), LAST_LIVE_NS));
            }
        }
        return watermark;
    }

    /** Finds which order stage lets go of an event next; behind a sweep. */
    boolean findNext() {
        next = NONE;
        long earliest = Long.MAX_VALUE;
        for (int i = 0; i < orders.length; i++) {
            long timeNs = orders[i].headTimeNs();
            if (orders[i].hasDue() && (next == NONE || timeNs < earliest)) {
                next = i;
                earliest = timeNs;
            }
        }
        return next != NONE;
    }

    /** Whether there is one. */
    boolean hasNext() {
        return next != NONE;
    }

    /** The stage found. */
    int next() {
        return stages[next];
    }

    /** It has let go: a sweep of what is behind it begins; the first stage to look at. */
    int released() {
        released = next;
        next = NONE;
        return stages[released] + 1;
    }
}
