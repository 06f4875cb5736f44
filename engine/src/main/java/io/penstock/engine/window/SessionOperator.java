package io.penstock.engine.window;

import io.penstock.engine.operator.EntryLimit;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.KeyReader;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.Pending;
import io.penstock.engine.operator.Receiver;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeyTable;
import io.penstock.engine.state.KeyText;
import io.penstock.engine.state.SessionTable;
import io.penstock.engine.state.StateVisitor;
import io.penstock.engine.time.Times;
import java.util.List;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Aggregates events per key and session.
 *
 * <p>An event is a session {@code [time, time + gap]} that joins those of its key which still take
 * events and touch it. Sessions are longer than the gap, so there are two of them at most, one that
 * ends in it and one that starts in it; the first is kept and takes the other's events. A result is
 * given when the watermark reaches the session's end, and at once for an event that comes later. A
 * result that was retracted is so in the step of the event that changes its session: what the
 * session holds before that event is exactly what was said.
 */
@HotPath
public final class SessionOperator<
                T extends MessageDecoderFlyweight,
                R extends MessageDecoderFlyweight,
                E extends MessageEncoderFlyweight>
        extends Operator implements Receiver<T> {
    private static final int IN = 0;
    private static final int AGGREGATED = 1;
    private static final int LATE = 2;
    private static final int FIRED = 3;
    private static final int[] OUTCOMES = {AGGREGATED, LATE};

    private static final int ON_TIME_PHASE = 0;
    private static final int EARLY_PHASE = 1;

    private final long gapNs;
    private final long latenessNs;
    private final boolean isFinalOnly;
    private final boolean keepsClosed;
    private final boolean isRetracting;
    private final KeyReader<T> keys;
    private final WindowValues<T> values;
    private final SessionTable sessions;
    private final Receiver<T> late;
    private final EntryLimit<T> limit;
    private final int[] outcomes;
    private final int rejectedCount;
    private final WindowResults<R, E> results;
    private final EarlyFiring early;
    private final SessionOrder changed = new SessionOrder();
    private final WindowView view;

    /** Row of the event that is being taken. */
    private long eventRow;

    /**
     * Creates a session stage.
     *
     * @param intake what becomes of events that are not added; it takes no retractions
     */
    public SessionOperator(
            StepContext context,
            String name,
            WindowSettings settings,
            Key<T> key,
            Aggregate<T>[] aggregates,
            WindowIntake<T> intake,
            WindowResults<R, E> results) {
        super(context, name, intake.limit().labels("in", "aggregated", "late", "fired"));
        this.gapNs = ((Windows.Sessions) settings.windows()).gapNs();
        this.latenessNs = settings.latenessNs();
        Trigger trigger = settings.trigger();
        this.isFinalOnly = trigger.isFinalOnly();
        this.keepsClosed = latenessNs > 0 && !isFinalOnly;
        this.isRetracting = trigger.isRetracting();
        this.keys = new KeyReader<>(key);
        this.values = new WindowValues<>(context, settings, aggregates);
        this.sessions =
                new SessionTable(
                        context.arena(),
                        context.undo(),
                        keys.isLong(),
                        values.accumulators().valueLength(),
                        context.hashSeed(),
                        values.accumulators());
        this.late = intake.late();
        this.limit = intake.limit();
        this.rejectedCount = countLabels().length - 1;
        this.outcomes = limit.outcomes(rejectedCount, OUTCOMES);
        this.results = results;
        this.early = trigger.isEarly() ? new EarlyFiring(context, trigger) : null;
        this.view = new WindowView(values.accumulators());
    }

    @Override
    public void receive(Event<T> event) {
        context.enter(this);
        count(IN);
        eventRow = event.sourceRow();
        long timeNs = event.eventTimeNs();
        long endNs = Times.add(timeNs, gapNs);
        boolean isLateAlone = Times.add(endNs, latenessNs) <= watermark();
        keys.read(event);
        boolean isFull = limit.isFull(sessions.size());
        long list =
                isLateAlone || isFull
                        ? keys.find(sessions.keys())
                        : keys.findOrAdd(sessions.keys());
        long before = SessionTable.NULL_SESSION;
        long session = list == 0 ? SessionTable.NULL_SESSION : sessions.first(list);
        while (session != SessionTable.NULL_SESSION && sessions.endNs(session) < timeNs) {
            before = session;
            session = sessions.next(session);
        }
        if (session != SessionTable.NULL_SESSION && sessions.startNs(session) <= endNs) {
            join(session, event, endNs);
        } else if (isLateAlone) {
            dropLate(event);
            return;
        } else if (isFull) {
            count(rejectedCount);
            limit.reject(event);
            return;
        } else {
            session = sessions.insert(list, before, timeNs, endNs, event.ordinal(), countOf(IN));
            start(session, event);
        }
        count(AGGREGATED);
        if (!isFinalOnly) {
            tell(session);
        }
    }

    @Override
    public boolean isPrefetching() {
        return sessions.isLarge();
    }

    @Override
    public void foresee(Event<T> event) {
        keys.read(event);
        keys.foresee(sessions.keys());
    }

    @Override
    public long prefetch() {
        return sessions.prefetch();
    }

    private void dropLate(Event<T> event) {
        count(LATE);
        if (late != null) {
            late.receive(event);
        }
    }

    private void start(long session, Event<T> event) {
        try {
            values.start(sessions.value(session), event);
        } catch (ArithmeticException e) {
            throw overflow(session, e);
        }
    }

    /** Adds an event to a session that it touches, and the session behind it if it touches both. */
    private void join(long session, Event<T> event, long eventEndNs) {
        long next = sessions.next(session);
        boolean bridges = next != SessionTable.NULL_SESSION && sessions.startNs(next) <= eventEndNs;
        takeBack(session);
        int revision = sessions.revision(session);
        long startNs = Math.min(sessions.startNs(session), event.eventTimeNs());
        long endNs = Math.max(sessions.endNs(session), eventEndNs);
        long first = session;
        long value = sessions.forWrite(session);
        try {
            if (bridges) {
                takeBack(next);
                revision += sessions.revision(next);
                endNs = Math.max(endNs, sessions.endNs(next));
                first = sessions.compareArrivals(next, session) < 0 ? next : session;
                values.merge(value, sessions.value(next));
                sessions.removeNext(session);
            }
            values.add(value, event);
        } catch (ArithmeticException e) {
            throw overflow(session, e);
        }
        sessions.setEmitted(session, revision, false);
        sessions.extend(session, startNs, endNs, first);
    }

    /** Retracts what was said about a session that is about to change. */
    private void takeBack(long session) {
        if (isRetracting && sessions.isEmitted(session)) {
            emit(FiringKind.RETRACTION, session, true);
        }
    }

    /** Gives a session's result if its end has been reached, and puts it among those it is of. */
    private void tell(long session) {
        boolean isReached = sessions.endNs(session) <= watermark();
        if (isReached != sessions.isClosed(session)) {
            if (isReached) {
                sessions.close(session);
            } else {
                sessions.reopen(session);
            }
        }
        if (isReached) {
            emit(FiringKind.LATE, session, true);
        }
    }

    @Override
    public long horizonNs() {
        return NO_WATERMARK;
    }

    @Override
    public boolean hasDue() {
        return sessions.firstOpen(firedToNs()) != SessionTable.NULL_SESSION
                || sessions.firstClosed(expiredToNs()) != SessionTable.NULL_SESSION
                || (early != null && early.isDue(watermark(), target()));
    }

    /** Last end at which sessions fire in the sweep in progress. */
    private long firedToNs() {
        return isFinalOnly ? expiredToNs() : target();
    }

    /** Last end at which sessions take no event any more. */
    private long expiredToNs() {
        return target() == END_OF_TIME ? END_OF_TIME : Times.subtract(target(), latenessNs);
    }

    @Override
    public void fireOne() {
        context.enter(this);
        long session = sessions.firstOpen(firedToNs());
        if (session != SessionTable.NULL_SESSION) {
            fire(session);
            return;
        }
        session = sessions.firstClosed(expiredToNs());
        if (session != SessionTable.NULL_SESSION) {
            sessions.remove(session);
        } else {
            fireEarly();
        }
    }

    private void fire(long session) {
        tellFiring(ON_TIME_PHASE, session);
        if (isRetracting && sessions.isEmitted(session)) {
            emit(FiringKind.RETRACTION, session, false);
        }
        emit(FiringKind.ON_TIME, session, false);
        if (keepsClosed) {
            sessions.close(session);
        } else {
            sessions.remove(session);
        }
    }

    /** Sessions on time come before early ones; of each kind by end, start and key group. */
    private void tellFiring(int phase, long session) {
        context.firing(
                phase,
                sessions.endNs(session),
                sessions.startNs(session),
                sessions.keyGroup(session));
    }

    /** Gives the result of the next open session that has changed, or ends the early firing. */
    private void fireEarly() {
        if (!changed.isOpen()) {
            changed.open(sessions);
        }
        long session = changed.current();
        if (session != SessionTable.NULL_SESSION) {
            tellFiring(EARLY_PHASE, session);
            emit(FiringKind.EARLY, session, false);
            changed.advance(); // not before: a step that fails has told nothing
        } else {
            early.done(countOf(AGGREGATED));
            changed.close();
        }
    }

    private void emit(FiringKind kind, long session, boolean isByEvent) {
        count(FIRED);
        boolean isRetraction = kind == FiringKind.RETRACTION;
        int revision = sessions.revision(session);
        view.window(sessions.startNs(session), sessions.endNs(session));
        view.firing(
                kind,
                isByEvent ? watermark() : target(),
                isByEvent ? eventRow : WindowView.NULL_SEQUENCE);
        if (values.hasRevisions()) {
            view.lineage(isRetraction ? revision - 1 : revision, sessions.value(session), values);
        }
        if (keys.isLong()) {
            view.longKey(sessions.longKey(session), sessions.keyAddress(session));
        } else {
            view.bytesKey(sessions.keyAddress(session), sessions.keyLength(session));
        }
        try {
            view.values(sessions.value(session));
        } catch (ArithmeticException e) {
            throw overflow(session, e);
        }
        results.emit(this, view);
        if (!isRetraction) {
            sessions.forWrite(session);
            sessions.setEmitted(session, revision + 1, true);
        }
    }

    private ArithmeticException overflow(long session, ArithmeticException cause) {
        ArithmeticException named =
                new ArithmeticException(
                        "session ["
                                + sessions.startNs(session)
                                + " ns, "
                                + sessions.endNs(session)
                                + " ns] of stage "
                                + name()
                                + ", key "
                                + keyText(session)
                                + ": "
                                + cause.getMessage());
        named.initCause(cause);
        return named;
    }

    private String keyText(long session) {
        return keys.isLong()
                ? Long.toString(sessions.longKey(session))
                : KeyText.of(sessions.keyAddress(session), sessions.keyLength(session));
    }

    @Override
    protected void swept() {
        if (early != null) {
            early.swept();
        }
    }

    @Override
    public boolean usesClock() {
        return early != null && early.usesClock();
    }

    @Override
    public boolean onClock(long timeNs) {
        return early.onClock(timeNs);
    }

    @Override
    public boolean needsMaintenance() {
        return true;
    }

    @Override
    public void maintain() {
        sessions.maintain();
    }

    @Override
    protected void writeState(SnapshotWriter writer) {
        sessions.writeTo(writer);
        if (early != null) {
            early.writeTo(writer);
        }
    }

    @Override
    protected void readState(SnapshotReader reader) {
        sessions.readFrom(reader);
        if (early != null) {
            early.readFrom(reader);
        }
    }

    @Override
    public int[] outcomes() {
        return outcomes;
    }

    @Override
    public void hashInto(long[] groupHashes) {
        sessions.hashInto(groupHashes);
    }

    @Override
    public List<Pending> pending() {
        long session = sessions.firstOpen(Long.MAX_VALUE);
        if (session == SessionTable.NULL_SESSION) {
            return List.of();
        }
        long endNs = sessions.endNs(session);
        long dueNs = isFinalOnly ? Times.add(endNs, latenessNs) : endNs;
        return List.of(new Pending("session", sessions.startNs(session), endNs, dueNs, false));
    }

    @Override
    public void describeState(StateVisitor visitor) {
        if (!visitor.part("sessions")) {
            return;
        }
        KeyTable table = sessions.keys();
        for (int entry = 0; entry < table.entryCount(); entry++) {
            if (table.isLive(entry)) {
                long session = sessions.first(table.valueAddress(entry));
                while (session != SessionTable.NULL_SESSION) {
                    if (visitor.entry(table, entry)) {
                        visitor.time("session-start", sessions.startNs(session));
                        visitor.time("session-end", sessions.endNs(session));
                        visitor.number("results", sessions.revision(session));
                        values.describe(sessions.value(session), visitor);
                    }
                    session = sessions.next(session);
                }
            }
        }
    }
}
