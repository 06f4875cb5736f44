package io.penstock.engine.operator;

import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeyTable;
import io.penstock.engine.state.KeyedDeque;
import io.penstock.engine.state.StateVisitor;
import io.penstock.engine.state.TimerQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
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
        extends Operator implements Receiver<T>, HandlerContext<E>, HandlerSetup {
    private static final int IN = 0;
    private static final int TIMERS = 1;
    private static final int OUT = 2;
    private static final int CLOCK_TIMERS = 3;

    private final KeyReader<T> keys;
    private final CurrentKey current;
    private final Handler<T, E> handler;
    private final Maker<R, E> maker;
    private final Output<R> output;
    private final TimerQueue timers;
    private final TimerQueue clockTimers;
    private final UnsafeBuffer keyView = new UnsafeBuffer(0, 0);
    private final List<String> stateNames = new ArrayList<>();
    private final List<KeyTable> tables = new ArrayList<>();
    private final List<KeyedDeque> deques = new ArrayList<>();
    private final List<Described> described = new ArrayList<>();
    private boolean open;
    private long eventTimeNs;
    private long sourcePosition;
    private long ordinal;

    /** A state by its name and how it is shown, in the order declared. */
    private record Described(String name, Consumer<StateVisitor> shown) {}

    /** Creates a stage around a handler of its own, and lets it declare its state. */
    public ProcessOperator(
            StepContext context,
            String name,
            Key<T> key,
            Handler<T, E> handler,
            Maker<R, E> maker,
            Output<R> output) {
        super(context, name, "in", "timers", "out", "clock-timers");
        this.keys = new KeyReader<>(key);
        this.current = keys.current();
        this.handler = handler;
        this.maker = maker;
        this.output = output;
        this.timers = newTimers();
        this.clockTimers = newTimers();
        handler.open(this);
        open = true;
    }

    @Override
    public ValueState value(String stateName, int lengthBytes) {
        declare(stateName);
        KeyTable table =
                keys.isLong()
                        ? KeyTable.ofLongs(
                                context.arena(), context.undo(), lengthBytes, context.hashSeed())
                        : KeyTable.ofBytes(
                                context.arena(), context.undo(), lengthBytes, context.hashSeed());
        tables.add(table);
        described.add(new Described(stateName, visitor -> describe(table, visitor)));
        return new ValueState(table, context.undo(), lengthBytes, current);
    }

    @Override
    public DequeState deque(String stateName, int headLengthBytes, int elementLengthBytes) {
        declare(stateName);
        KeyedDeque deque =
                keys.isLong()
                        ? KeyedDeque.ofLongs(
                                context.arena(),
                                context.undo(),
                                headLengthBytes,
                                elementLengthBytes,
                                context.hashSeed())
                        : KeyedDeque.ofBytes(
                                context.arena(),
                                context.undo(),
                                headLengthBytes,
                                elementLengthBytes,
                                context.hashSeed());
        deques.add(deque);
        described.add(new Described(stateName, deque::describe));
        return new DequeState(deque, headLengthBytes, elementLengthBytes, current);
    }

    private static void describe(KeyTable table, StateVisitor visitor) {
        for (int entry = 0; entry < table.entryCount(); entry++) {
            if (table.isLive(entry) && visitor.entry(table, entry)) {
                visitor.bytes("value", table.valueAddress(entry), table.valueLength());
            }
        }
    }

    private TimerQueue newTimers() {
        return keys.isLong()
                ? TimerQueue.ofLongs(context.arena(), context.undo(), context.hashSeed())
                : TimerQueue.ofBytes(context.arena(), context.undo(), context.hashSeed());
    }

    private void declare(String stateName) {
        if (open) {
            throw new IllegalStateException(
                    "state must be declared in open(): stage " + name() + ", state " + stateName);
        }
        if (stateNames.contains(stateName)) {
            throw new IllegalStateException(
                    "state names must be unique: stage " + name() + ", state " + stateName);
        }
        stateNames.add(stateName);
    }

    @Override
    public void receive(Event<T> event) {
        context.enter(this);
        count(IN);
        keys.read(event);
        about(event.eventTimeNs(), event.sourcePosition(), event.ordinal());
        handler.onEvent(event, this);
    }

    @Override
    public boolean usesClock() {
        return true;
    }

    @Override
    public boolean onClock(long timeNs) {
        return isDue(clockTimers, timeNs);
    }

    @Override
    public boolean hasDue() {
        return isDue(clockTimers, context.timeNs()) || isDue(timers, target());
    }

    private static boolean isDue(TimerQueue queue, long timeNs) {
        return queue.size() > 0 && queue.nextTimeNs() <= timeNs;
    }

    @Override
    public void fireOne() {
        context.enter(this);
        if (clockTimers.pollDue(context.timeNs())) {
            count(CLOCK_TIMERS);
            current.setFromTimer(clockTimers);
            about(watermark(), context.sourcePosition(), context.ordinal());
            handler.onClockTimer(clockTimers.polledId(), clockTimers.polledTimeNs(), this);
            return;
        }
        count(TIMERS);
        timers.pollDue(target());
        current.setFromTimer(timers);
        long timeNs = timers.polledTimeNs();
        about(timeNs, context.sourcePosition(), context.ordinal());
        handler.onTimer(timers.polledId(), timeNs, this);
    }

    private void about(long timeNs, long position, long arrival) {
        eventTimeNs = timeNs;
        sourcePosition = position;
        ordinal = arrival;
    }

    @Override
    public boolean needsMaintenance() {
        return true;
    }

    @Override
    public void maintain() {
        for (int i = 0; i < tables.size(); i++) {
            tables.get(i).maintain();
        }
        for (int i = 0; i < deques.size(); i++) {
            deques.get(i).maintain();
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
    public E begin() {
        return maker.begin();
    }

    @Override
    public void emit() {
        count(OUT);
        output.receive(maker.end(eventTimeNs, sourcePosition, ordinal));
        context.enter(this);
    }

    @Override
    public void schedule(long timerId, long timeNs) {
        current.schedule(timers, timeNs, timerId);
        if (timeNs <= watermark()) {
            context.due();
        }
    }

    @Override
    public void cancel(long timerId) {
        current.cancel(timers, timerId);
    }

    @Override
    public void scheduleByClock(long timerId, long timeNs) {
        current.schedule(clockTimers, timeNs, timerId);
        if (timeNs <= context.timeNs()) {
            context.due();
        }
    }

    @Override
    public void cancelByClock(long timerId) {
        current.cancel(clockTimers, timerId);
    }

    @Override
    public int stateVersion() {
        return 2;
    }

    @Override
    protected void writeState(SnapshotWriter writer) {
        writer.putInt(stateNames.size());
        for (String stateName : stateNames) {
            writer.putString(stateName);
        }
        for (KeyTable table : tables) {
            table.writeTo(writer);
        }
        for (KeyedDeque deque : deques) {
            deque.writeTo(writer);
        }
        timers.writeTo(writer);
        clockTimers.writeTo(writer);
    }

    @Override
    protected void readState(SnapshotReader reader) {
        int count = reader.getCount(1 << 10);
        List<String> stored = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stored.add(reader.getString(1 << 10));
        }
        if (!stored.equals(stateNames)) {
            throw new IllegalStateException(
                    "stage "
                            + name()
                            + " declares states "
                            + stateNames
                            + ", stored are "
                            + stored);
        }
        for (KeyTable table : tables) {
            table.readFrom(reader);
        }
        for (KeyedDeque deque : deques) {
            deque.readFrom(reader);
        }
        timers.readFrom(reader);
        clockTimers.readFrom(reader);
    }

    @Override
    public void hashInto(long[] groupHashes) {
        for (KeyTable table : tables) {
            table.hashInto(groupHashes);
        }
        for (KeyedDeque deque : deques) {
            deque.hashInto(groupHashes);
        }
        timers.hashInto(groupHashes);
        clockTimers.hashInto(groupHashes);
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
        for (Described state : described) {
            if (visitor.part(state.name())) {
                state.shown().accept(visitor);
            }
        }
        if (visitor.part("timers")) {
            timers.describe(visitor);
        }
        if (visitor.part("clock-timers")) {
            clockTimers.describe(visitor);
        }
    }
}
