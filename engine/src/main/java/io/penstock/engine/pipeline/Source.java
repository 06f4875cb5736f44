package io.penstock.engine.pipeline;

import io.penstock.codecs.MessageType;
import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.system.RejectedRowDecoder;
import io.penstock.engine.operator.Output;
import io.penstock.engine.operator.RejectedRows;
import io.penstock.engine.operator.SourceOperator;
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
    public EventTimeStream<T> eventTime(ToLongFunction<T> eventTimeNs, Disorder disorder) {
        return eventTime(eventTimeNs, disorder, Idle.never());
    }

    /**
     * Gives the source event time.
     *
     * @param eventTimeNs pure function of the message: ns since 1970
     */
    public EventTimeStream<T> eventTime(
            ToLongFunction<T> eventTimeNs, Disorder disorder, Idle idle) {
        Node rejected =
                definition.add(
                        name + "/rejected",
                        "rejected rows of " + name,
                        List.of(),
                        (build, node) -> {});
        Node source =
                definition.add(
                        name,
                        "source type="
                                + describe(type)
                                + " disorderNs="
                                + disorder.boundNs()
                                + " idleAfterNs="
                                + idle.afterNs(),
                        List.of(),
                        (build, node) -> {
                            Output<RejectedRowDecoder> rejects = build.output(rejected);
                            build.addSource(
                                    node,
                                    new SourceOperator<>(
                                            build.context(),
                                            name,
                                            type,
                                            eventTimeNs,
                                            disorder.boundNs(),
                                            idle.afterNs(),
                                            build.output(node),
                                            new RejectedRows(rejects)));
                        });
        definition.addSource(new PlanSource(name, type));
        return new EventTimeStream<>(
                definition,
                source,
                type,
                new Stream<>(definition, rejected, SystemMessages.REJECTED_ROW));
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
