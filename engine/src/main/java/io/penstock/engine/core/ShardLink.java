package io.penstock.engine.core;

import io.penstock.engine.operator.StepContext;
import io.penstock.engine.operator.StepPath;
import io.penstock.engine.pipeline.RunningPlan.OperatorNode;
import io.penstock.engine.shard.Exchange;
import io.penstock.engine.shard.ShardFailure;
import java.util.List;

/**
 * Ties a shard's core to its exchange: waits for space in it. A failure is handed on in its place;
 * the shard then stands still.
 */
final class ShardLink extends Link {
    private final Exchange exchange;
    private final StepPath path;
    private final int[] places;
    private final boolean[] isCommon;

    ShardLink(Exchange exchange, StepPath path, List<OperatorNode> operators) {
        super(null, 0);
        this.exchange = exchange;
        this.path = path;
        this.places = operators.stream().mapToInt(OperatorNode::index).toArray();
        this.isCommon = Core.flags(operators, OperatorNode::isCommon);
    }

    @Override
    boolean isAlone() {
        return false;
    }

    @Override
    boolean canAccept() {
        return exchange.hasSpace();
    }

    @Override
    int canTake(int most) {
        return exchange.hasSpace() ? most : 0;
    }

    @Override
    boolean canFire(int cursor) {
        return !exchange.isSpilling() && exchange.hasSpace();
    }

    @Override
    void beginAccept() {
        path.nextStep();
    }

    @Override
    void taken(int records) {
        path.nextSteps(records);
    }

    @Override
    void mark() {
        path.mark();
    }

    @Override
    void abort() {
        exchange.abortStep();
        path.reset();
    }

    @Override
    void endAccept(StepContext context) {
        if (context.isDue()) {
            exchange.due(path);
        }
    }

    @Override
    void beginSweep(int cursor) {
        if (!isCommon[cursor]) {
            path.beginSweep();
        }
    }

    @Override
    void beginFiring(int cursor) {
        if (isCommon[cursor]) {
            path.nextStep();
        } else {
            path.beginFiring(places[cursor]);
        }
    }

    @Override
    boolean firesTogether(int cursor) {
        path.markFirings();
        return !isCommon[cursor];
    }

    @Override
    void nextFiring(int cursor) {
        exchange.nextFiring();
        path.beginFiring(places[cursor]);
    }

    @Override
    void abortFirings() {
        exchange.abortStep();
        path.resetFirings();
    }

    @Override
    void commit() {
        exchange.commitStep();
        if (path.place() == StepPath.COMMON) {
            exchange.progress(path.common());
        }
    }

    @Override
    void endSweep(int cursor) {
        if (!isCommon[cursor]) {
            exchange.progress(path.behind(places[cursor]));
        }
    }

    @Override
    void completed() {
        exchange.progress(path.done());
    }

    @Override
    void barrier(long sequence) {
        // The marker is staged behind the shards.
    }

    @Override
    Step fail(StepFailure failure) {
        exchange.fail(path, new ShardFailure(failure.stage(), failure.getCause()));
        return Step.BLOCKED;
    }

    @Override
    Step refuse(StepFailure failure) {
        return Step.BLOCKED;
    }
}
