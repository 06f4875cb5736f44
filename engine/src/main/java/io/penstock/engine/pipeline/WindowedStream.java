package io.penstock.engine.pipeline;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.MessageType;
import io.penstock.codecs.builtin.WindowFiringDecoder;
import io.penstock.codecs.builtin.WindowFiringEncoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.codecs.builtin.WindowResultEncoder;
import io.penstock.engine.operator.EntryLimit;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.Lateness;
import io.penstock.engine.operator.Maker;
import io.penstock.engine.operator.StateLimit;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.time.Times;
import io.penstock.engine.window.Aggregate;
import io.penstock.engine.window.CountWindowOperator;
import io.penstock.engine.window.SessionOperator;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.WideNumber;
import io.penstock.engine.window.WindowFunction;
import io.penstock.engine.window.WindowIntake;
import io.penstock.engine.window.WindowOperator;
import io.penstock.engine.window.WindowResults;
import io.penstock.engine.window.WindowSettings;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.time.Duration;
import java.util.function.Predicate;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * A keyed stream cut into windows.
 *
 * @param <T> decoder of the messages
 */
public final class WindowedStream<T extends MessageDecoderFlyweight> {
    private final Stream<T> stream;
    private final String keyDescription;
    private final Key<T> key;
    private final String name;
    private final WindowSettings settings;
    private final Lateness lateness;
    private final Predicate<T> isRetraction;
    private final String gaps;
    private final StateLimit limit;

    WindowedStream(
            Stream<T> stream,
            String keyDescription,
            Key<T> key,
            String name,
            WindowSettings settings,
            Lateness lateness) {
        this(stream, keyDescription, key, name, settings, lateness, null, null, null);
    }

    private WindowedStream(
            Stream<T> stream,
            String keyDescription,
            Key<T> key,
            String name,
            WindowSettings settings,
            Lateness lateness,
            Predicate<T> isRetraction,
            String gaps,
            StateLimit limit) {
        this.stream = stream;
        this.keyDescription = keyDescription;
        this.key = key;
        this.name = name;
        this.settings = settings;
        this.lateness = lateness;
        this.isRetraction = isRetraction;
        this.gaps = gaps;
        this.limit = limit;
    }

    /**
     * Lets a window take events for so long after its end; what the trigger says becomes of them.
     */
    public WindowedStream<T> allowedLateness(Duration lateness) {
        long latenessNs = Times.ns("allowed lateness of stage " + name, lateness);
        if (latenessNs < 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "allowed lateness must not be negative: stage " + name + ", " + lateness);
        }
        return with(
                new WindowSettings(
                        settings.windows(), latenessNs, settings.trigger(), settings.hasLineage()));
    }

    /** When windows give results; without this when the watermark reaches their end. */
    public WindowedStream<T> trigger(Trigger trigger) {
        return with(
                new WindowSettings(
                        settings.windows(), settings.latenessNs(), trigger, settings.hasLineage()));
    }

    /** Lets results know their revision and the journal's sequences that fed them. */
    public WindowedStream<T> withLineage() {
        return with(
                new WindowSettings(
                        settings.windows(), settings.latenessNs(), settings.trigger(), true));
    }

    private WindowedStream<T> with(WindowSettings changed) {
        return new WindowedStream<>(
                stream, keyDescription, key, name, changed, lateness, isRetraction, gaps, limit);
    }

    /**
     * Sends events that lie between windows, where windows leave gaps, to a side output of the
     * stream that the stage reads; without this they are dropped. They are counted either way.
     */
    public WindowedStream<T> gapsTo(String side) {
        return new WindowedStream<>(
                stream,
                keyDescription,
                key,
                name,
                settings,
                lateness,
                isRetraction,
                Names.require("side output", side),
                limit);
    }

    /**
     * Limits what the stage holds: so many sessions; so many keys, each as often as it is in a pane
     * of time, which is a window where windows do not overlap, and the greatest part of one that
     * all its windows have in common where they do; or so many keys that have begun a window of a
     * count. While the limit is reached, an event that would add one more is rejected and counted,
     * or stops the engine. Such a stage is not split among shards.
     */
    public WindowedStream<T> limit(StateLimit most) {
        Names.stage(name, "a limit", most);
        EntryLimit.check(name, most);
        return new WindowedStream<>(
                stream, keyDescription, key, name, settings, lateness, isRetraction, gaps, most);
    }

    /**
     * Takes the events that a pure predicate accepts for retractions: each takes one that came
     * before it, with the same key, time and numbers, out of its windows again instead of being
     * added. For a stage behind one whose trigger is {@link Trigger#retracting}:
     *
     * <pre>{@code
     * .retractedBy(m -> m.kind() == 'R')
     * }</pre>
     *
     * <p>Where the last event of a key and window was taken out, nothing is left of them: they give
     * no result, and what they said is retracted. So a stage that may give several results of a
     * window has to be retracting itself. A retraction that is too late or lies in a gap is treated
     * like any event; one whose key has nothing there to take out is counted as {@code unmatched}.
     *
     * <p>For windows that are cut at times, and the global one; for aggregates out of which an
     * event can be taken exactly: {@link Aggregate#isRetractable}. All else is refused.
     */
    public WindowedStream<T> retractedBy(Predicate<T> retraction) {
        return new WindowedStream<>(
                stream,
                keyDescription,
                key,
                name,
                settings,
                lateness,
                Names.given("stage " + name, "a predicate that tells retractions", retraction),
                gaps,
                limit);
    }

    /**
     * Aggregates each window into {@code WindowFiring} messages: as {@code WindowResult}, and why,
     * when and out of what the result was made.
     */
    @SafeVarargs
    public final Stream<WindowFiringDecoder> firings(Aggregate<T>... aggregates) {
        return aggregate(BuiltinMessages.WINDOW_FIRING, WindowedStream::encodeFiring, aggregates);
    }

    /**
     * Aggregates each window into a {@code WindowResult}: one value per aggregate in the order
     * given; a key that is a number stands in it as 8 bytes, little-endian.
     */
    @SafeVarargs
    public final Stream<WindowResultDecoder> aggregate(Aggregate<T>... aggregates) {
        return aggregate(BuiltinMessages.WINDOW_RESULT, WindowedStream::encode, aggregates);
    }

    /** Aggregates each window into a message of the caller's own type. */
    @SafeVarargs
    @SuppressWarnings("varargs") // handed on to a method that only reads them
    public final <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>
            Stream<R> aggregate(
                    MessageType<R, E> resultType,
                    WindowFunction<E> function,
                    Aggregate<T>... aggregates) {
        return aggregateAll(resultType, function, aggregates.clone());
    }

    private <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>
            Stream<R> aggregateAll(
                    MessageType<R, E> resultType, WindowFunction<E> function, Aggregate<T>[] all) {
        Names.stage(name, "a type of results", resultType);
        Names.stage(name, "a function", function);
        for (Aggregate<T> aggregate : all) {
            Names.stage(name, "aggregates", aggregate);
        }
        if (settings.trigger().earlyClockNs() > 0) {
            stream.definition()
                    .needsTicks(
                            "stage "
                                    + name
                                    + " gives early results by the engine's clock, which stands"
                                    + " still in silence without ticks");
        }
        checkGaps();
        if (isRetraction != null) {
            checkRetractions(all);
        }
        stream.wantSide(lateness, name);
        if (gaps != null) {
            stream.wantSide(gaps, name);
        }
        String rejected = stream.wantRejected(limit, name);
        Node added =
                stream.definition()
                        .addKeyed(
                                name,
                                describe(all) + " to=" + Source.describe(resultType),
                                stream.node(),
                                limit == null ? key : null, // a limit counts all keys
                                resultType,
                                (build, self) -> {
                                    WindowResults<R, E> results =
                                            new WindowResults<>(
                                                    build.context(),
                                                    function,
                                                    new Maker<>(resultType),
                                                    build.output(self));
                                    addOperator(build, self, all, rejected, results);
                                });
        return new Stream<>(stream.definition(), added, resultType);
    }

    private void checkGaps() {
        if (gaps == null) {
            return;
        }
        boolean hasGaps =
                settings.windows() instanceof Windows.Aligned aligned
                        && aligned.everyNs() > aligned.sizeNs();
        if (!hasGaps) {
            throw refused("has windows without gaps: leave out gapsTo");
        }
    }

    private void checkRetractions(Aggregate<T>[] aggregates) {
        if (settings.windows() instanceof Windows.Sessions) {
            throw refused(
                    "takes no retractions: a session would have to be split (let the stage before"
                            + " give final results only)");
        }
        if (settings.windows() instanceof Windows.Count) {
            throw refused(
                    "takes no retractions: a window of a count that was given stays as it is (let"
                            + " the stage before give final results only)");
        }
        for (Aggregate<T> aggregate : aggregates) {
            if (!aggregate.isRetractable()) {
                throw refused(
                        "takes retractions, and no event can be taken out of "
                                + aggregate.description()
                                + ": use counts, sums, averages and variances, or let the stage"
                                + " before give final results only");
            }
        }
        Trigger trigger = settings.trigger();
        boolean givesMore =
                trigger.isEarly() || (settings.latenessNs() > 0 && !trigger.isFinalOnly());
        if (givesMore && !trigger.isRetracting()) {
            throw refused(
                    "takes retractions and may give several results of a window, one of which may"
                            + " come to nothing: use trigger(Trigger...retracting()) or"
                            + " Trigger.finalOnly()");
        }
    }

    private PenstockException refused(String why) {
        return new PenstockException(Category.CONFIGURATION, "stage " + name + " " + why);
    }

    private <R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> void addOperator(
            RunningPlan build,
            Node self,
            Aggregate<T>[] aggregates,
            String rejected,
            WindowResults<R, E> results) {
        StepContext context = build.context();
        boolean isSession = settings.windows() instanceof Windows.Sessions;
        boolean isCount = settings.windows() instanceof Windows.Count;
        String held = isSession ? "sessions" : isCount ? "keys" : "keys in panes";
        WindowIntake<T> intake =
                new WindowIntake<>(
                        isRetraction,
                        stream.lateReceiver(build, lateness),
                        stream.sideReceiver(build, gaps),
                        new EntryLimit<>(name, held, limit, stream.sideReceiver(build, rejected)));
        if (isSession) {
            SessionOperator<T, R, E> operator =
                    new SessionOperator<>(
                            context, name, settings, key, aggregates, intake, results);
            build.addStage(self, operator, operator);
        } else if (isCount) {
            CountWindowOperator<T, R, E> operator =
                    new CountWindowOperator<>(
                            context, name, settings, key, aggregates, intake, results);
            build.addStage(self, operator, operator);
        } else {
            WindowOperator<T, R, E> operator =
                    new WindowOperator<>(context, name, settings, key, aggregates, intake, results);
            build.addStage(self, operator, operator);
        }
    }

    private String describe(Aggregate<T>[] aggregates) {
        StringBuilder text = new StringBuilder("window key=").append(keyDescription);
        text.append(' ').append(settings.description());
        text.append(" late=").append(lateness);
        text.append(gaps == null ? "" : " gaps=" + gaps);
        text.append(isRetraction == null ? "" : " takes-retractions");
        text.append(KeyedStream.describe(limit)).append(" aggregates=");
        for (int i = 0; i < aggregates.length; i++) {
            text.append(i == 0 ? "" : ",").append(aggregates[i].description());
        }
        return text.toString();
    }

    private static void encode(WindowView window, WindowResultEncoder result) {
        result.windowStartNs(window.startNs()).windowEndNs(window.endNs());
        WindowResultEncoder.ValuesEncoder values = result.valuesCount(window.count());
        for (int i = 0; i < window.count(); i++) {
            WideNumber value = window.value(i);
            values.next().scale((short) value.scale());
            values.mantissa().low(value.low()).high(value.high());
        }
        result.putKey(window.key(), 0, window.key().capacity());
    }

    private static void encodeFiring(WindowView window, WindowFiringEncoder result) {
        result.windowStartNs(window.startNs())
                .windowEndNs(window.endNs())
                .kind((byte) window.kind().letter())
                .watermarkNs(window.watermarkNs())
                .triggerRow(window.triggerRow())
                .revision(window.revision())
                .firstSequence(window.firstSequence())
                .lastSequence(window.lastSequence());
        WindowFiringEncoder.ValuesEncoder values = result.valuesCount(window.count());
        for (int i = 0; i < window.count(); i++) {
            WideNumber value = window.value(i);
            values.next().scale((short) value.scale());
            values.mantissa().low(value.low()).high(value.high());
        }
        result.putKey(window.key(), 0, window.key().capacity());
    }
}
