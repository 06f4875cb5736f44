package io.penstock.engine.core;

import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.operator.StepPath;
import io.penstock.engine.pipeline.RunningPlan.OperatorNode;
import io.penstock.engine.shard.Exchange;
import io.penstock.engine.shard.RemoteOperator;
import java.util.List;

/**
 * Ties the core behind the shards to their exchanges: a common step waits until all shards have
 * made it, a split stage's firing until it is known which shard's is the first.
 */
final class BehindLink extends Link {
    private final Exchange[] exchanges;
    private final StepPath path;
    private final boolean[] isCommon;
    private final RemoteOperator<?>[] remotes;

    BehindLink(
            OutputRing outputs,
            int maxStepOutputBytes,
            List<Exchange> exchanges,
            StepPath path,
            List<OperatorNode> operators) {
        super(outputs, maxStepOutputBytes);
        this.exchanges = exchanges.toArray(new Exchange[0]);
        this.path = path;
        this.isCommon = Core.flags(operators, OperatorNode::isCommon);
        this.remotes = new RemoteOperator<?>[operators.size()];
        for (int i = 0; i < remotes.length; i++) {
            remotes[i] = operators.get(i).operator() instanceof RemoteOperator<?> r ? r : null;
        }
    }

    @Override
    boolean isAlone() {
        return false;
    }

    @Override
    boolean canAccept() {
        return hasOutputSpace() && havePassed(path.common(path.step() + 1));
    }

    /** Records that all shards are done with, up to the first that one has made something of. */
    @Override
    int canTake(int most) {
        long step = path.step();
        long to = step + most;
        for (int i = 0; i < exchanges.length; i++) {
            Exchange exchange = exchanges[i];
            // In this order: what was made is there before progress says so.
            to = Math.min(to, path.stepsDone(exchange.progressTo(path.done(to))));
            if (exchange.hasHead()) {
                to = Math.min(to, exchange.headStep() - 1);
            }
        }
        return (int) Math.max(0, to - step);
    }

    @Override
    boolean canFire(int cursor) {
        if (!hasOutputSpace()) {
            return false;
        }
        if (isCommon[cursor]) {
            return havePassed(path.common(path.step() + 1));
        }
        return remotes[cursor] == null || remotes[cursor].canFire();
    }

    @Override
    boolean canComplete() {
        return havePassed(path.done());
    }

    private boolean havePassed(long place) {
        for (int i = 0; i < exchanges.length; i++) {
            if (!exchanges[i].hasPassed(place)) {
                return false;
            }
        }
        return true;
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
        super.abort();
        path.reset();
    }

    @Override
    void endAccept(StepContext context) {
        for (int i = 0; i < exchanges.length; i++) {
            Exchange exchange = exchanges[i];
            if (exchange.hasHead() && exchange.headStep() <= path.step() && exchange.isHeadDue()) {
                exchange.takeHead();
                context.due();
            }
        }
        requireAllTaken();
    }

    @Override
    void beginFiring(int cursor) {
        if (isCommon[cursor]) {
            path.nextStep();
        }
    }

    @Override
    boolean firesTogether(int cursor) {
        return !isCommon[cursor];
    }

    /** What was taken of the exchanges, the stage that took it gives back. */
    @Override
    void abortFirings() {
        super.abort();
    }

    @Override
    void endFiring(int cursor) {
        if (isCommon[cursor]) {
            requireAllTaken();
        }
    }

    /** Nothing that a shard made in a common step, or a failure in one, may be left behind it. */
    private void requireAllTaken() {
        for (int i = 0; i < exchanges.length; i++) {
            Exchange exchange = exchanges[i];
            if (exchange.hasHead()
                    && exchange.headStep() <= path.step()
                    && exchange.headPlace() == StepPath.COMMON) {
                throw leftOver(exchange);
            }
        }
    }

    private static RuntimeException leftOver(Exchange exchange) {
        return exchange.isHeadFailure()
                ? exchange.failure()
                : new IllegalStateException("a shard gave results for what was not asked of it");
    }

    @Override
    void commit() {
        super.commit();
        for (int i = 0; i < exchanges.length; i++) {
            exchanges[i].release();
        }
    }

    @Override
    void completed() {
        for (int i = 0; i < exchanges.length; i++) {
            if (exchanges[i].hasHead() && exchanges[i].headStep() <= path.step()) {
                throw leftOver(exchanges[i]);
            }
        }
    }
}
