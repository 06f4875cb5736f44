package io.penstock.peers;

import com.espertech.esper.common.client.EPCompiled;
import com.espertech.esper.common.client.EventSender;
import com.espertech.esper.common.client.configuration.Configuration;
import com.espertech.esper.common.client.configuration.common.ConfigurationCommonEventTypeBean;
import com.espertech.esper.common.client.util.AccessorStyle;
import com.espertech.esper.common.client.util.EventTypeBusModifier;
import com.espertech.esper.compiler.client.CompilerArguments;
import com.espertech.esper.compiler.client.EPCompileException;
import com.espertech.esper.compiler.client.EPCompilerProvider;
import com.espertech.esper.runtime.client.EPDeployException;
import com.espertech.esper.runtime.client.EPDeployment;
import com.espertech.esper.runtime.client.EPRuntime;
import com.espertech.esper.runtime.client.EPRuntimeProvider;
import com.espertech.esper.runtime.client.EPStatement;
import com.espertech.esper.runtime.client.EPUndeployException;
import io.penstock.benchmarks.Events;
import io.penstock.benchmarks.VelocityRing;
import io.penstock.benchmarks.Workload;
import java.util.ArrayDeque;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Esper on one thread, which feeds and receives: no locks, no timer of its own, results by
 * subscriber. Each open window is a context partition, begun and ended by marker events, since
 * Esper has no watermarks; accounts are groups in it. The fraud rule is an aggregation function
 * that is plugged in.
 */
final class EsperPeer implements Peer {
    private static final int BATCH = 1024;

    private static final String OPEN_CONTEXT =
            "create context Open initiated by WindowOpened as o"
                    + " terminated by WindowClosed(startMs = o.startMs);\n";

    private static final String TOTALS =
            "@name('results') context Open select context.o.startMs as startMs, account,"
                    + " sum(amount) as total, count(*) as payments, max(amount) as largest"
                    + " from %s group by account output snapshot when terminated";

    /** A tumbling window's number is in the event: found by a hash. */
    private static final String W2 =
            OPEN_CONTEXT + String.format(TOTALS, "WindowedPayment(windowMs = context.o.startMs)");

    /** An event is in several windows: found by an index of ranges. */
    private static final String W3 =
            OPEN_CONTEXT
                    + String.format(
                            TOTALS,
                            "WindowedPayment(timeMs in [context.o.startMs:context.o.endMs))");

    private static final String W4 =
            "@name('results') select account, timeMs, amount, velocity(payment) as alert"
                    + " from WindowedPayment as payment"
                    + " group by account having velocity(payment) != 0";

    /** Held, because loggers that nobody holds lose their level. */
    private static final Logger LOGGER = Logger.getLogger("com.espertech");

    private final EPRuntime runtime;
    private final Configuration configuration = new Configuration();

    EsperPeer() {
        LOGGER.setLevel(Level.SEVERE);
        addType(WindowedPayment.class);
        addType(WindowOpened.class);
        addType(WindowClosed.class);
        configuration.getCompiler().getByteCode().setAllowSubscriber(true);
        configuration.getCompiler().getByteCode().setBusModifierEventType(EventTypeBusModifier.BUS);
        configuration
                .getCompiler()
                .addPlugInAggregationFunctionForge("velocity", EsperVelocity.class.getName());
        configuration.getRuntime().getThreading().setInternalTimerEnabled(false);
        configuration.getRuntime().getExecution().setDisableLocking(true);
        runtime = EPRuntimeProvider.getRuntime("peer", configuration);
    }

    private void addType(Class<?> type) {
        ConfigurationCommonEventTypeBean bean = new ConfigurationCommonEventTypeBean();
        bean.setAccessorStyle(AccessorStyle.PUBLIC);
        configuration.getCommon().addEventType(type.getSimpleName(), type.getName(), bean);
    }

    @Override
    public boolean does(Workload workload) {
        return workload != Workload.W1;
    }

    @Override
    public void run(Session session) throws EPCompileException, EPDeployException {
        Tally tally = session.tally();
        String epl =
                switch (session.workload()) {
                    case W3 -> W3;
                    case W4 -> W4;
                    default -> W2;
                };
        EPCompiled compiled =
                EPCompilerProvider.getCompiler().compile(epl, new CompilerArguments(configuration));
        EPDeployment deployment = runtime.getDeploymentService().deploy(compiled);
        EPStatement statement =
                runtime.getDeploymentService()
                        .getStatement(deployment.getDeploymentId(), "results");
        if (session.workload() == Workload.W4) {
            statement.setSubscriber(new AlertSubscriber(tally));
            feedAlone(session);
        } else {
            statement.setSubscriber(new TotalsSubscriber(tally));
            boolean isOverlapping = session.workload() == Workload.W3;
            feedWithWindows(
                    session,
                    isOverlapping ? Workload.OVERLAP_SIZE_MS : Events.WINDOW_MS,
                    isOverlapping ? Workload.OVERLAP_EVERY_MS : Events.WINDOW_MS);
        }
        tally.end();
        try {
            runtime.getDeploymentService().undeployAll();
        } catch (EPUndeployException e) {
            throw new IllegalStateException("statements cannot be taken back", e);
        }
    }

    private void feedAlone(Session session) {
        EventSender payments = sender(WindowedPayment.class);
        Feed feed = session.feed();
        while (!feed.isDone()) {
            int due = feed.await(BATCH);
            for (int i = 0; i < due; i++) {
                payments.sendEvent(new WindowedPayment(feed));
            }
        }
    }

    private void feedWithWindows(Session session, long sizeMs, long everyMs) {
        EventSender payments = sender(WindowedPayment.class);
        EventSender opened = sender(WindowOpened.class);
        EventSender closed = sender(WindowClosed.class);
        ArrayDeque<Long> open = new ArrayDeque<>();
        Feed feed = session.feed();
        long firstMs = session.events().values()[Events.TIME_MS] - Events.DISORDER_MS;
        long nextMs = Math.floorDiv(firstMs - sizeMs, everyMs) * everyMs + everyMs;
        long watermarkMs = Long.MIN_VALUE;
        while (!feed.isDone()) {
            int due = feed.await(BATCH);
            for (int i = 0; i < due; i++) {
                WindowedPayment payment = new WindowedPayment(feed);
                while (nextMs <= payment.timeMs) {
                    opened.sendEvent(new WindowOpened(nextMs, nextMs + sizeMs));
                    open.add(nextMs);
                    nextMs += everyMs;
                }
                payments.sendEvent(payment);
                if (payment.timeMs - Events.DISORDER_MS > watermarkMs) {
                    watermarkMs = payment.timeMs - Events.DISORDER_MS;
                    while (!open.isEmpty() && open.peek() + sizeMs <= watermarkMs) {
                        closed.sendEvent(new WindowClosed(open.remove()));
                    }
                }
            }
        }
        while (!open.isEmpty()) {
            closed.sendEvent(new WindowClosed(open.remove()));
        }
    }

    private EventSender sender(Class<?> type) {
        return runtime.getEventService().getEventSender(type.getSimpleName());
    }

    @Override
    public void close() {
        runtime.destroy();
    }

    /** A payment, and the start of the second it is in. */
    public static final class WindowedPayment {
        public final long account;
        public final long timeMs;
        public final long amount;
        public final long windowMs;

        WindowedPayment(Feed feed) {
            feed.advance();
            account = feed.account();
            timeMs = feed.timeMs();
            amount = feed.amount();
            windowMs = timeMs / Events.WINDOW_MS * Events.WINDOW_MS;
        }
    }

    /** A window begins to take events. */
    public static final class WindowOpened {
        public final long startMs;
        public final long endMs;

        WindowOpened(long startMs, long endMs) {
            this.startMs = startMs;
            this.endMs = endMs;
        }
    }

    /** The watermark has passed a window's end. */
    public static final class WindowClosed {
        public final long startMs;

        WindowClosed(long startMs) {
            this.startMs = startMs;
        }
    }

    /** Takes totals in the order they are selected. */
    public static final class TotalsSubscriber {
        private final Tally tally;

        TotalsSubscriber(Tally tally) {
            this.tally = tally;
        }

        /** A window's totals of an account. */
        public void update(long startMs, long account, long total, long payments, long largest) {
            tally.add(account, startMs, total, payments, largest);
        }
    }

    /** Takes alerts in the order they are selected. */
    public static final class AlertSubscriber {
        private final Tally tally;

        AlertSubscriber(Tally tally) {
            this.tally = tally;
        }

        /** An alert. */
        public void update(long account, long timeMs, long amount, long alert) {
            tally.add(account, timeMs, VelocityRing.sum(alert), VelocityRing.count(alert), amount);
        }
    }
}
