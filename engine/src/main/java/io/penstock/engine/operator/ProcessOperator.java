package io.penstock.engine.operator;

import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeySearch;
import io.penstock.engine.state.StateVisitor;
import io.penstock.engine.state.TimerQueue;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Runs a handler: keeps its keyed state and timers, and fires the timers in (time, key, id) order,
 * those by the engine's clock before those of event time.
 */
@HotPath
public final class ProcessOperator<
                T extends MessageDecoderFlyweight,
                R extends MessageDecoderFlyweight,
                E extends MessageEncoderFlyweight>
        extends EmittingOperator<R, E> implements Receiver<T>, HandlerContext<E> {
    private static final int IN = 0;
    private static final int TIMERS = 1;
    private static final int OUT = 2;
    private static final int CLOCK_TIMERS = 3;
    private static final int EXPIRED = 4;
    private static final int EVICTED = 5;
    private static final int REJECTED = 6;
    private static final int ACCEPTED = 7;
    private static final int[] OUTCOMES = {REJECTED, ACCEPTED};

    private static final int EXPIRED_PER_STEP = 64;

    private static final int BY_CLOCK = 0; // fire first
    private static final int EVENT_TIME = 1;

    private final KeyReader<T> keys;
    private final CurrentKey current;
    private final Handler<T, E> handler;
    private final TimerQueue timers;
    private final TimerQueue clockTimers;
    private final UnsafeBuffer keyView = new UnsafeBuffer(0, 0);
    private final FiringGuard firings = new FiringGuard();
    private final FiringGuard clockFirings = new FiringGuard();
    private final HandlerStates states;
    private final KeyLimit limit;
    private final Receiver<T> rejected;
    private final KeySearch search;

    /** Whether events come in batches, so that nothing else has to be read ahead for states. */
    private boolean seesBatches;

    /**
     * Creates a stage around a handler of its own, and lets it declare its state.
     *
     * @param stateLimit on the keys with state; null for none
     * @param rejected where events go that the limit rejects; null drops them
     */
    public ProcessOperator(
            StepContext context,
            String name,
            Key<T> key,
            Handler<T, E> handler,
            StateLimit stateLimit,
            Receiver<T> rejected,
            Maker<R, E> maker,
            SideOutputs sides,
            Output<R> output) {
        super(
                context,
                name,
                maker,
                sides,
                output,
                OUT,
                "in",
                "timers",
                "out",
                "clock-timers",
                "expired",
                "evicted",
                "rejected",
                "accepted");
        this.keys = new KeyReader<>(key);
        this.current = keys.current();
        this.handler = handler;
        this.timers = newTimers();
        this.clockTimers = newTimers();
        this.states = new HandlerStates(context, name, current);
        this.limit = stateLimit == null ? null : new KeyLimit(context, name, stateLimit, current);
        this.rejected = rejected;
        this.search = new KeySearch(EventBatch.CAPACITY);
        states.declare(handler);
        if (limit != null) {
            limit.declared(states.all());
        }
    }

    private TimerQueue newTimers() {
        return keys.isLong()
                ? TimerQueue.ofLongs(context.arena(), context.undo(), context.hashSeed())
                : TimerQueue.ofBytes(context.arena(), context.undo(), context.hashSeed());
    }

    @Override
    public void receive(Event<T> event) {
        context.enter(this);
        count(IN);
        keys.read(event);
        if (limit != null) {
            if (!limit.admits()) {
                count(REJECTED);
                if (rejected != null) {
                    rejected.receive(event);
                }
                return;
            }
            count(ACCEPTED);
        }
        causedBy(event);
        setTime(event.eventTimeNs());
        handler.onEvent(event, this);
        settle();
    }

    @Override
    public void foreseeAll(EventBatch<T> batch) {
        if (!keys.isLong()) {
            return;
        }
        context.enter(this);
        int count = batch.count();
        long[] wanted = current.beginForeseeing();
        for (int i = 0; i < count; i++) {
            wanted[i] = keys.number(batch.message(i));
        }
        states.foresee(search, wanted, count);
        current.foreseen(batch.number());
        seesBatches = true;
    }

    @Override
    public boolean isPrefetching() {
        return timers.isLarge() || (!seesBatches && states.isLarge());
    }

    @Override
    public void foresee(Event<T> event) {
        boolean hasTimers = timers.size() > 0;
        if (seesBatches && !hasTimers) {
            return;
        }
        keys.read(event);
        if (!seesBatches) {
            states.foresee();
        }
        if (hasTimers) {
            current.foresee(timers);
        }
    }

    @Override
    public long prefetch() {
        return states.prefetch() + timers.prefetch();
    }

    /** Keeps the count of keys with state, and the limit on it, behind a call of the handler. */
    private void settle() {
        if (limit == null) {
            return;
        }
        limit.settle(states.holdCurrent() || limit.hasTimers(), current.takeWritten());
        while (limit.takeExcess()) {
            count(EVICTED);
            states.removeCurrent();
            limit.cancelTimers(timers, clockTimers);
            current.takeWritten();
        }
    }

    @Override
    public boolean usesClock() {
        return true;
    }

    @Override
    public long clockHorizonNs() {
        return clockTimers.size() > 0 ? clockTimers.nextTimeNs() : Long.MAX_VALUE;
    }

    @Override
    public boolean onClock(long timeNs) {
        return isDue(clockTimers, timeNs);
    }

    @Override
    public long horizonNs() {
        return states.expire() ? NO_WATERMARK : timers.nextTimeNs();
    }

    @Override
    public boolean hasDue() {
        return isDue(clockTimers, context.timeNs())
                || isDue(timers, target())
                || states.mayExpire(target());
    }

    private static boolean isDue(TimerQueue queue, long timeNs) {
        return queue.size() > 0 && queue.nextTimeNs() <= timeNs;
    }

    @Override
    public void fireOne() {
        context.enter(this);
        if (clockTimers.pollDue(context.timeNs())) {
            fireClockTimer();
            return;
        }
        // What expires at the time of a timer is gone before the timer fires.
        long untilNs = isDue(timers, target()) ? timers.nextTimeNs() : target();
        if (states.mayExpire(untilNs)) {
            expire(untilNs);
        } else if (timers.pollDue(target())) {
            fireTimer();
        }
    }

    @Override
    public boolean firesTogether() {
        return true;
    }

    @Override
    public void fireTogether(FiringRoom room) {
        firings.mark();
        clockFirings.mark();
        super.fireTogether(room);
    }

    @Override
    public void takeBackFirings() {
        firings.reset();
        clockFirings.reset();
    }

    private void fireClockTimer() {
        count(CLOCK_TIMERS);
        clockFirings.fired(context.sequence(), clockTimers.polledTimeNs(), clockTimers.size());
        current.setFromTimer(clockTimers);
        current.tellFiring(context, BY_CLOCK, clockTimers.polledTimeNs());
        long timerId = clockTimers.polledId();
        timerGone(true, timerId);
        firesAt(watermark());
        handler.onClockTimer(timerId, clockTimers.polledTimeNs(), this);
        settle();
    }

    private void fireTimer() {
        count(TIMERS);
        firings.fired(context.sequence(), timers.polledTimeNs(), timers.size());
        current.setFromTimer(timers);
        long timerId = timers.polledId();
        timerGone(false, timerId);
        long timeNs = timers.polledTimeNs();
        current.tellFiring(context, EVENT_TIME, timeNs);
        firesAt(timeNs);
        handler.onTimer(timerId, timeNs, this);
        settle();
    }

    private void expire(long untilNs) {
        for (int i = 0; i < EXPIRED_PER_STEP && states.expireOne(untilNs); i++) {
            count(EXPIRED);
            if (limit != null) {
                current.takeWritten();
                settle();
            }
        }
    }

    private void firesAt(long timeNs) {
        causedBy(timeNs, context.sourcePosition(), context.ordinal(), Event.NULL_ROW);
        setTime(timeNs);
    }

    private void setTime(long timeNs) {
        current.setTime(Math.max(timeNs, watermark()));
    }

    @Override
    public boolean needsMaintenance() {
        return true;
    }

    @Override
    public void maintain() {
        states.maintain();
        if (limit != null) {
            limit.maintain();
        }
        timers.maintain();
        clockTimers.maintain();
    }

    @Override
    public long longKey() {
        return current.number();
    }

    @Override
    public DirectBuffer key() {
        keyView.wrap(current.bytes(), 0, current.length());
        return keyView;
    }

    @Override
    public long timeNs() {
        return context.timeNs();
    }

    @Override
    public long watermarkNs() {
        return watermark();
    }

    @Override
    public void schedule(long timerId, long timeNs) {
        current.schedule(timers, timeNs, timerId);
        timerSet(false, timerId);
        if (timeNs <= watermark()) {
            context.due();
        }
    }

    @Override
    public void cancel(long timerId) {
        current.cancel(timers, timerId);
        timerGone(false, timerId);
    }

    @Override
    public void scheduleByClock(long timerId, long timeNs) {
        current.schedule(clockTimers, timeNs, timerId);
        context.clockWanted(timeNs);
        timerSet(true, timerId);
        if (timeNs <= context.timeNs()) {
            context.due();
        }
    }

    @Override
    public void cancelByClock(long timerId) {
        current.cancel(clockTimers, timerId);
        timerGone(true, timerId);
    }

    private void timerSet(boolean byClock, long timerId) {
        if (limit != null) {
            current.written();
            limit.timerSet(byClock, timerId);
        }
    }

    private void timerGone(boolean byClock, long timerId) {
        if (limit != null) {
            limit.timerGone(byClock, timerId);
        }
    }

    @Override
    public int stateVersion() {
        return 3;
    }

    @Override
    protected void writeState(SnapshotWriter writer) {
        states.writeTo(writer);
        timers.writeTo(writer);
        clockTimers.writeTo(writer);
        writer.putInt(limit == null ? 0 : 1);
        if (limit != null) {
            limit.writeTo(writer);
        }
    }

    @Override
    protected void readState(SnapshotReader reader) {
        states.readFrom(reader);
        timers.readFrom(reader);
        clockTimers.readFrom(reader);
        if (reader.getInt() != (limit == null ? 0 : 1)) {
            throw reader.damaged("whether stage " + name() + " has a limit");
        }
        if (limit != null) {
            limit.readFrom(reader);
        }
    }

    @Override
    public void hashInto(long[] groupHashes) {
        states.hashInto(groupHashes);
        timers.hashInto(groupHashes);
        clockTimers.hashInto(groupHashes);
        if (limit != null) {
            limit.hashInto(groupHashes);
        }
    }

    /** Without a limit every event is given to the handler, and nothing needs an account. */
    @Override
    public int[] outcomes() {
        return limit == null ? super.outcomes() : OUTCOMES;
    }

    @Override
    public List<Pending> pending() {
        List<Pending> all = new ArrayList<>();
        if (timers.size() > 0) {
            all.add(Pending.at("timer", timers.nextTimeNs()));
        }
        if (clockTimers.size() > 0) {
            all.add(Pending.byClock("timer by the clock", clockTimers.nextTimeNs()));
        }
        return all;
    }

    @Override
    public void describeState(StateVisitor visitor) {
        states.describe(visitor);
        if (visitor.part("timers")) {
            timers.describe(visitor);
        }
        if (visitor.part("clock-timers")) {
            clockTimers.describe(visitor);
        }
    }
}
