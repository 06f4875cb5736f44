package io.penstock.engine.window;

import io.penstock.engine.memory.Undoable;
import io.penstock.engine.operator.FiringRoom;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Pending;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.state.KeyTable;
import java.util.List;

/**
 * Which window of a stage fires next, and how far the one that is firing has come: its panes are
 * put together, its keys told in their order, and what takes no event any more is dropped.
 *
 * <p>Nothing here is state: it follows from the panes and the watermark. The core's thread.
 */
@HotPath
final class WindowFirings implements Undoable {
    private static final int UNDO_DUE = 1;
    private static final int UNDO_DUE_WINDOW = 2;
    private static final int UNDO_FIRED = 3;
    private static final int UNDO_NO_DUE = 4;
    private static final int UNDO_NOT_FIRED = 5;

    private static final long BEFORE_ALL_GROUPS = -1;
    private static final long NO_DUE = Long.MAX_VALUE; // a time: later than any

    private final StepContext context;
    private final WindowOperator<?, ?, ?> stage;
    private final PaneLayout layout;
    private final WindowTimes times;
    private final WindowValues<?> values;
    private final Panes panes;
    private final PaneMerger merger;
    private final RecentPanes recent;
    private final EarlyFiring early;
    private final EmittedResults emitted;
    private final WindowTeller<?, ?> teller;
    private final FiringOrder order = new FiringOrder();

    /**
     * The last window fired in the sweep in progress. A number and not a time, because windows that
     * pass the end of time have one end. Between sweeps the watermark says it all.
     */
    private long firedWindow;

    private boolean hasFired;

    /** The first window that has a pane and has not fired, if there is one. */
    private long dueWindow;

    private long dueNs = NO_DUE;
    private boolean hasDueWindow;

    /** The window that is firing: its keys, their order, and how far it has come. */
    private KeyTable firing;

    private FiringKind kind;
    private long window;
    private int index;

    /** Where the run of firings in progress began. */
    private int firstIndex;

    /**
     * Creates the firings of a stage.
     *
     * @param early null where results are given on time only
     * @param emitted null where results have no revisions
     */
    WindowFirings(
            StepContext context,
            WindowOperator<?, ?, ?> stage,
            PaneLayout layout,
            WindowTimes times,
            WindowValues<?> values,
            Panes panes,
            PaneMerger merger,
            RecentPanes recent,
            EarlyFiring early,
            EmittedResults emitted,
            WindowTeller<?, ?> teller) {
        this.context = context;
        this.stage = stage;
        this.layout = layout;
        this.times = times;
        this.values = values;
        this.panes = panes;
        this.merger = merger;
        this.recent = recent;
        this.early = early;
        this.emitted = emitted;
        this.teller = teller;
    }

    /** A pane was added: one of its windows may be the next to fire. */
    void noteDue(long pane, long watermarkNs) {
        long first = Math.max(layout.firstWindowOf(pane), times.firstUnfired(watermarkNs));
        if ((!hasDueWindow || first < dueWindow) && first <= layout.lastWindowOf(pane)) {
            context.undo().record(this, hasDueWindow ? UNDO_DUE_WINDOW : UNDO_NO_DUE, dueWindow);
            context.undo().record(this, UNDO_DUE, dueNs);
            dueNs = times.fireTimeOf(first);
            dueWindow = first;
            hasDueWindow = true;
        }
    }

    @Override
    public void undo(int what, long old) {
        switch (what) {
            case UNDO_DUE -> dueNs = old;
            case UNDO_DUE_WINDOW -> dueWindow = old;
            case UNDO_FIRED -> firedWindow = old;
            case UNDO_NO_DUE -> hasDueWindow = false;
            case UNDO_NOT_FIRED -> hasFired = false;
            default -> throw new IllegalArgumentException("what=" + what);
        }
    }

    /** The first watermark at which something is due. */
    long horizonNs() {
        return times.updatesLate() && panes.count() > 0
                ? Math.min(dueNs, times.expiryOf(panes.at(0)))
                : dueNs;
    }

    boolean hasDue(long watermarkNs, long targetNs) {
        return firing != null
                || isWindowDue(targetNs)
                || (early != null && early.isDue(watermarkNs, targetNs))
                || (times.updatesLate() && isExpiryDue(targetNs));
    }

    private boolean isWindowDue(long targetNs) {
        return hasDueWindow && dueNs <= targetNs;
    }

    private boolean isExpiryDue(long targetNs) {
        return isPaneExpired(targetNs) || isEmittedExpired(targetNs);
    }

    private boolean isPaneExpired(long targetNs) {
        return panes.count() > 0 && times.expiryOf(panes.at(0)) <= targetNs;
    }

    private boolean isEmittedExpired(long targetNs) {
        return emitted != null
                && emitted.count() > 0
                && times.expiryOf(emitted.firstWindow()) <= targetNs;
    }

    /** One step: a key's result, or what has to be done where none is left. */
    void fireOne(long watermarkNs, long targetNs) {
        if (firing != null) {
            fireNextKey(watermarkNs);
        } else if (isWindowDue(targetNs)) {
            open(dueWindow, FiringKind.ON_TIME);
            fireNextKey(watermarkNs);
        } else if (early != null && early.isDue(watermarkNs, targetNs)) {
            fireEarly(watermarkNs, targetNs);
        } else {
            expire(targetNs);
        }
    }

    private void open(long number, FiringKind why) {
        context.firing(phaseOf(why), number, BEFORE_ALL_GROUPS, 0);
        firing = merger.mergeWindow(number);
        order.order(firing);
        kind = why;
        window = number;
        index = 0;
        teller.window(layout.startOf(number), layout.endOf(number));
    }

    /** Whether keys of the window that is open are left; closing it is a step of its own. */
    boolean haveKeysLeft() {
        return firing != null && index < order.count();
    }

    /** Tells keys of the window that is open, as many as there is room for. */
    void tellTogether(FiringRoom room) {
        firstIndex = index;
        boolean isFirst = true;
        order.touch(firing, index);
        while (index < order.count()) {
            long value = firing.valueAddress(order.entryAt(index));
            if (isTold(value)) {
                if (!isFirst && !room.isThereForOneMore()) {
                    return;
                }
                namePath();
                stage.tellDue(kind, window, firing, value);
                isFirst = false;
            }
            index++;
        }
    }

    /** The latest {@link #tellTogether} is taken back. */
    void takeBack() {
        index = firstIndex;
    }

    private boolean isTold(long value) {
        return !values.isEmpty(value)
                && (kind == FiringKind.ON_TIME || early.isChanged(values, value));
    }

    private void fireNextKey(long watermarkNs) {
        while (index < order.count()) {
            long value = firing.valueAddress(order.entryAt(index));
            boolean isTold = isTold(value);
            if (isTold) {
                namePath();
                stage.tellDue(kind, window, firing, value);
            }
            index++; // not before: a step that fails has told nothing
            if (isTold) {
                return;
            }
        }
        if (kind == FiringKind.ON_TIME) {
            context.undo().record(this, hasFired ? UNDO_FIRED : UNDO_NOT_FIRED, firedWindow);
        }
        // From here on nothing fails.
        firing = null;
        merger.release();
        if (kind == FiringKind.ON_TIME) {
            close(watermarkNs);
        }
    }

    /** Windows on time come before early ones; of each kind by number, then key group. */
    private void namePath() {
        if (context.path() != null) {
            context.firing(phaseOf(kind), window, firing.keyGroup(order.entryAt(index)), 0);
        }
    }

    private static int phaseOf(FiringKind kind) {
        return kind == FiringKind.EARLY ? 1 : 0;
    }

    private void close(long watermarkNs) {
        firedWindow = window;
        hasFired = true;
        if (!times.updatesLate()) {
            dropFired();
        }
        findDue(watermarkNs);
    }

    /** Fires what has changed in the next window that is still open, or ends the early firing. */
    private void fireEarly(long watermarkNs, long targetNs) {
        long from = early.nextWindow(times.firstUnfired(targetNs));
        Pane pane = early.hasFiredLast() ? null : firstPaneOf(from);
        if (pane == null) {
            early.done(stage.changes());
            return;
        }
        long number = Math.max(layout.firstWindowOf(pane.number), from);
        open(number, FiringKind.EARLY);
        early.fired(number);
        fireNextKey(watermarkNs);
    }

    /** Forgets windows that take no event any more. */
    private void expire(long targetNs) {
        while (isPaneExpired(targetNs)) {
            panes.dropFirst(1);
            merger.dropped();
            recent.clear();
        }
        while (isEmittedExpired(targetNs)) {
            emitted.dropFirst();
        }
    }

    private void dropFired() {
        int expired = 0;
        while (expired < panes.count()
                && layout.lastWindowOf(panes.at(expired).number) <= firedWindow) {
            expired++;
        }
        panes.dropFirst(expired);
        merger.dropped();
        recent.clear();
        while (emitted != null && emitted.count() > 0 && emitted.firstWindow() <= firedWindow) {
            emitted.dropFirst();
        }
    }

    /** Finds the first window that has a pane and has not fired. */
    void findDue(long watermarkNs) {
        long from = times.firstUnfired(watermarkNs);
        boolean wasLast = hasFired && firedWindow == Long.MAX_VALUE;
        if (hasFired && !wasLast) {
            from = Math.max(from, firedWindow + 1);
        }
        Pane pane = wasLast ? null : firstPaneOf(from);
        hasDueWindow = pane != null;
        dueWindow = pane == null ? 0 : Math.max(layout.firstWindowOf(pane.number), from);
        dueNs = pane == null ? NO_DUE : times.fireTimeOf(dueWindow);
    }

    /** First pane that belongs to a window or to one behind it; null if there is none. */
    private Pane firstPaneOf(long number) {
        for (int i = 0; i < panes.count(); i++) {
            if (layout.lastWindowOf(panes.at(i).number) >= number) {
                return panes.at(i);
            }
        }
        return null;
    }

    /** A sweep has ended. */
    void swept() {
        hasFired = false;
        if (early != null) {
            early.swept();
        }
    }

    /** The window that fires next. */
    List<Pending> pending() {
        return hasDueWindow
                ? List.of(
                        new Pending(
                                "window",
                                layout.startOf(dueWindow),
                                layout.endOf(dueWindow),
                                dueNs,
                                false))
                : List.of();
    }
}
