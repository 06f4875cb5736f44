package io.penstock.engine.pipeline;

import io.penstock.codecs.MessageType;
import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.system.RejectedRowDecoder;
import io.penstock.engine.operator.Output;
import io.penstock.engine.operator.RejectedRows;
import io.penstock.engine.operator.SourceOperator;
import io.penstock.engine.operator.SourceTiming;
import io.penstock.engine.time.FutureLimit;
import java.util.List;
import java.util.function.ToLongFunction;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * A source that does not know its event time yet.
 *
 * @param <T> decoder of its messages
 */
public final class Source<T extends MessageDecoderFlyweight> {
    private final Pipeline.Definition definition;
    private final String name;
    private final MessageType<T, ?> type;

    Source(Pipeline.Definition definition, String name, MessageType<T, ?> type) {
        this.definition = definition;
        this.name = name;
        this.type = type;
    }

    /** Gives the source event time; it never becomes idle. */
    public EventTimeStream<T> eventTime(
            ToLongFunction<T> eventTimeNs, Watermarks<? super T> watermarks) {
        return eventTime(eventTimeNs, watermarks, Idle.never());
    }

    /** Gives the source event time; events may be dated in any future. */
    public EventTimeStream<T> eventTime(
            ToLongFunction<T> eventTimeNs, Watermarks<? super T> watermarks, Idle idle) {
        return eventTime(eventTimeNs, watermarks, idle, FutureGuard.off());
    }

    /**
     * Gives the source event time.
     *
     * @param eventTimeNs pure function of the message: ns since 1970
     * @param watermarks how far event time has come, such as {@link Disorder#within}
     * @param idle when a silent source stops holding back the others
     * @param future what happens to an event dated too far in the future
     */
    public EventTimeStream<T> eventTime(
            ToLongFunction<T> eventTimeNs,
            Watermarks<? super T> watermarks,
            Idle idle,
            FutureGuard future) {
        String owner = "source " + name;
        Names.given(owner, "a function for event time", eventTimeNs);
        Names.given(owner, "watermarks", watermarks);
        Names.given(owner, "a rule for silence", idle);
        Names.given(owner, "a rule for the future", future);
        SourceTiming<T> timing = timing(eventTimeNs, watermarks, idle, future);
        Node rejected =
                definition.add(
                        name + "/rejected",
                        "rejected rows of " + name,
                        List.of(),
                        (build, node) -> {});
        definition.writes(name, rejected.name());
        Node source =
                definition.add(
                        name,
                        "source type="
                                + describe(type)
                                + " "
                                + watermarks.describe()
                                + " idleAfterNs="
                                + idle.afterNs()
                                + future.describe(),
                        List.of(),
                        (build, node) -> {
                            Output<RejectedRowDecoder> rejects = build.output(rejected);
                            build.addSource(
                                    node,
                                    new SourceOperator<>(
                                            build.context(),
                                            name,
                                            type,
                                            timing,
                                            build.output(node),
                                            new RejectedRows(rejects)));
                        });
        definition.addSource(new PlanSource(name, type));
        if (idle.afterNs() > 0 || timing.mode() == SourceTiming.Mode.CLOCK) {
            definition.needsTicks(
                    "source " + name + " becomes idle, or moves on, by the engine's ticks");
        }
        return new EventTimeStream<>(
                definition,
                source,
                type,
                new Stream<>(definition, rejected, SystemMessages.REJECTED_ROW));
    }

    private static <T extends MessageDecoderFlyweight> SourceTiming<T> timing(
            ToLongFunction<T> eventTimeNs,
            Watermarks<? super T> watermarks,
            Idle idle,
            FutureGuard future) {
        SourceTiming.Mode mode = SourceTiming.Mode.EVENTS;
        long distanceNs = 0;
        ToLongFunction<? super T> punctuation = null;
        if (watermarks instanceof Disorder disorder) {
            distanceNs = disorder.boundNs();
        } else if (watermarks instanceof Watermarks.Lag lag) {
            mode = SourceTiming.Mode.CLOCK;
            distanceNs = lag.lagNs();
        } else if (watermarks instanceof Watermarks.Punctuated<? super T> punctuated) {
            mode = SourceTiming.Mode.PUNCTUATED;
            punctuation = punctuated.watermarkNs();
        }
        return new SourceTiming<>(
                eventTimeNs,
                mode,
                distanceNs,
                punctuation,
                idle.afterNs(),
                future.isOff()
                        ? null
                        : new FutureLimit.Rule(
                                future.policy(),
                                future.aheadNs(),
                                future.jumpNs(),
                                future.believedAfter()));
    }

    static String describe(MessageType<?, ?> type) {
        return type.name()
                + "("
                + type.schemaId()
                + "."
                + type.templateId()
                + " v"
                + type.version()
                + ")";
    }
}
