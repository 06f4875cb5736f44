package io.penstock.engine.pipeline;

import io.penstock.codecs.MessageType;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.StepContext;
import io.penstock.fault.JvmFlags;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * What is to be computed: sources, stages and sinks, named, in the order they were declared.
 *
 * <p>Immutable once defined, usable by any number of engines. Functions given to stages must be
 * pure, without scratch memory of their own, and are shared by all cores that run the pipeline, at
 * the same time where an engine has shards. Handlers and aggregates belong to one core each.
 */
public final class Pipeline {
    private static final Pattern KEY_OF_PARTS = Pattern.compile(" key=[^ ]*:parts( |$)");

    private final String name;
    private final List<Node> nodes;
    private final List<PlanSource> sources;
    private final List<PlanSink> sinks;
    private final Map<String, String> parameters;
    private final Map<String, Set<String>> writers;
    private final Split split;
    private final Plan plan;
    private final List<String> ticked;

    private Pipeline(Definition definition) {
        this.name = definition.name;
        this.nodes = List.copyOf(definition.nodes);
        this.sources = List.copyOf(definition.sources);
        this.sinks = List.copyOf(definition.sinks);
        this.parameters = new LinkedHashMap<>(definition.parameters);
        this.writers = Map.copyOf(definition.writers);
        this.ticked = List.copyOf(definition.ticked);
        this.split = new Split(nodes, writers);
        this.plan = Plan.of(this);
    }

    /**
     * Defines a pipeline.
     *
     * @param name small letters, digits, '.', '_', '-'
     * @param body declares sources, stages and sinks
     * @throws PenstockException CONFIGURATION, naming what is wrong and how to mend it
     */
    public static Pipeline define(String name, Consumer<Definition> body) {
        JvmFlags.require();
        Definition definition = new Definition(Names.require("pipeline", name));
        Names.given("pipeline " + name, "a body that declares it", body);
        body.accept(definition);
        definition.check();
        definition.isDefined = true;
        return new Pipeline(definition);
    }

    /** The pipeline's name. */
    public String name() {
        return name;
    }

    /** The printable plan and its hash. */
    public Plan plan() {
        return plan;
    }

    /** Sources in the order declared: their index is the source id in ring and journal. */
    public List<PlanSource> sources() {
        return sources;
    }

    /** Sinks in the order declared: their index is the sink id in the output log. */
    public List<PlanSink> sinks() {
        return sinks;
    }

    /**
     * What needs the engine's ticks, so that it is not late when no event comes: who, and what it
     * does by them.
     */
    public List<String> needsTicks() {
        return ticked;
    }

    /** Whether a stage's work can be split among shards. */
    public boolean isSplittable() {
        return split.isSplittable();
    }

    /** Makes the operators of a core that runs all stages. */
    public RunningPlan run(StepContext context) {
        return run(context, new PlanPart.Whole());
    }

    /** Makes the operators of a core that runs a part of the plan. */
    public RunningPlan run(StepContext context, PlanPart part) {
        RunningPlan running = new RunningPlan(context, part, nodes, writers, split);
        running.build();
        return running;
    }

    /** Whether a stage's keys have several parts. */
    public boolean isKeyedByParts(String stage) {
        return nodes.stream()
                .anyMatch(
                        node ->
                                node.name().equals(stage)
                                        && KEY_OF_PARTS.matcher(node.description()).find());
    }

    /** How many stages the plan has, inputs and outputs included. */
    public int stages() {
        return nodes.size();
    }

    List<Node> nodes() {
        return nodes;
    }

    Map<String, String> parameters() {
        return parameters;
    }

    /** The scope in which a pipeline is declared. */
    public static final class Definition {
        private final String name;
        private final List<Node> nodes = new ArrayList<>();
        private final List<PlanSource> sources = new ArrayList<>();
        private final List<PlanSink> sinks = new ArrayList<>();
        private final Map<String, String> parameters = new LinkedHashMap<>();
        private final Set<String> names = new LinkedHashSet<>();
        private final Map<String, Set<String>> sidesWanted = new LinkedHashMap<>();
        private final Map<String, Node> sides = new LinkedHashMap<>();
        private final Map<String, Node> ownSides = new LinkedHashMap<>();
        private final Set<String> ownSidesRead = new LinkedHashSet<>();
        private final Map<String, Set<String>> writers = new LinkedHashMap<>();
        private final List<String> ticked = new ArrayList<>();
        private final HandedOut handedOut = new HandedOut();
        private boolean isDefined;

        private Definition(String name) {
            this.name = name;
        }

        /** Declares a source of messages of a type. */
        public <T extends MessageDecoderFlyweight> Source<T> source(
                String sourceName, MessageType<T, ?> type) {
            requireDefining("source " + sourceName);
            Names.given("source " + sourceName, "a type of messages", type);
            return new Source<>(this, Names.require("source", sourceName), type);
        }

        /** Notes a parameter that decides answers, so that the plan's hash covers it. */
        public Definition parameter(String parameter, Object value) {
            requireDefining("parameter " + parameter);
            String text = String.valueOf(value);
            String before = parameters.put(Names.require("parameter", parameter), text);
            if (before != null) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        "a parameter is given once: "
                                + parameter
                                + "="
                                + before
                                + ", and again "
                                + text);
            }
            return this;
        }

        /** A stage is defined by the body that {@link Pipeline#define} calls, or not at all. */
        private void requireDefining(String what) {
            if (isDefined) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        "pipeline "
                                + name
                                + " is defined already: "
                                + what
                                + " comes too late (declare it within the body of define)");
            }
        }

        /** Notes what would be late in silence if the engine had no ticks. */
        void needsTicks(String what) {
            ticked.add(what);
        }

        /** A handler for one running core: refuses one that another core was given. */
        <H> H handOut(String stage, Supplier<H> handlers) {
            return handedOut.take(stage, handlers);
        }

        String name() {
            return name;
        }

        /** Adds a stage whose work is not split among shards. */
        Node add(String stage, String description, List<Node> inputs, Node.Builder builder) {
            return add(stage, description, inputs, null, null, builder);
        }

        /**
         * Adds a stage whose keys are independent of one another: what it holds and gives for a key
         * is decided by that key's events, the watermark and the engine's clock. Its operator tells
         * the order of its firings: {@link StepContext#firing}.
         *
         * @param key null if the keys are not independent after all: then it is not split
         */
        Node addKeyed(
                String stage,
                String description,
                Node input,
                Key<?> key,
                MessageType<?, ?> resultType,
                Node.Builder builder) {
            return add(stage, description, List.of(input), key, resultType, builder);
        }

        private Node add(
                String stage,
                String description,
                List<Node> inputs,
                Key<?> key,
                MessageType<?, ?> type,
                Node.Builder builder) {
            requireDefining("stage " + stage);
            if (!names.add(stage)) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        "stage names must be unique, state is found by them: name=" + stage);
            }
            Node node =
                    new Node(
                            nodes.size(),
                            stage,
                            description,
                            List.copyOf(inputs),
                            key,
                            type,
                            builder);
            nodes.add(node);
            return node;
        }

        /** Notes that a stage writes to an edge that is not the one behind it. */
        void writes(String stage, String edge) {
            writers.computeIfAbsent(edge, k -> new LinkedHashSet<>()).add(stage);
        }

        int addSource(PlanSource source) {
            sources.add(source);
            return sources.size() - 1;
        }

        int addSink(PlanSink sink) {
            requireDefining("sink " + sink.name());
            sinks.add(sink);
            return sinks.size() - 1;
        }

        /**
         * Adds a side output of a stage, that the stage writes to and its stream gives.
         *
         * @param stage that writes to it
         * @param side name, unique among the stage's
         */
        Node addOwnSide(Node stage, String side, MessageType<?, ?> type) {
            String key = sideKey(stage, Names.require("side output", side));
            if (ownSides.containsKey(key)) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        "side outputs of a stage must have names of their own: stage "
                                + stage.name()
                                + " has two named "
                                + side);
            }
            Node node =
                    add(
                            key,
                            "side output type=" + Source.describe(type),
                            List.of(stage),
                            null,
                            type,
                            (build, self) -> build.inherit(self));
            ownSides.put(key, node);
            writes(stage.name(), key);
            return node;
        }

        /**
         * A side output of a stage's own, to be read; null if it has none of that name.
         *
         * @param type of its messages as the reader has it
         */
        Node ownSide(Node stage, String side, MessageType<?, ?> type) {
            Node found = ownSides.get(sideKey(stage, side));
            if (found == null) {
                return null;
            }
            if (!found.type().equals(type)) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        "side output "
                                + found.name()
                                + " is read as "
                                + Source.describe(type)
                                + " and is one of "
                                + Source.describe(found.type())
                                + ": give side(...) the Side that its stage was given");
            }
            ownSidesRead.add(found.name());
            return found;
        }

        /** Names of the side outputs of a stage's own. */
        List<String> ownSidesOf(Node stage) {
            return ownSides.values().stream()
                    .filter(side -> side.inputs().contains(stage))
                    .map(side -> side.name().substring(stage.name().length() + 1))
                    .toList();
        }

        void wantSide(Node stream, String side, String stage) {
            requireDefining("stage " + stage);
            if (ownSides.containsKey(sideKey(stream, side))) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        "stage "
                                + stage
                                + " cannot send to side output "
                                + side
                                + " of "
                                + stream.name()
                                + ": that stage has one of this name itself (use another name)");
            }
            sidesWanted
                    .computeIfAbsent(sideKey(stream, side), k -> new LinkedHashSet<>())
                    .add(stage);
            writes(stage, sideKey(stream, side));
        }

        Node side(Node stream, String side, MessageType<?, ?> type, Node.Builder builder) {
            requireDefining("side output " + sideKey(stream, side));
            return sides.computeIfAbsent(
                    sideKey(stream, side),
                    k -> add(k, "side output", List.of(stream), null, type, builder));
        }

        /** Where a stage sends a stream's side; found when the plan is built. */
        Node sideOf(Node stream, String side) {
            return sides.get(sideKey(stream, side));
        }

        private static String sideKey(Node stream, String side) {
            return stream.name() + "/" + side;
        }

        private void check() {
            List<String> problems = new ArrayList<>();
            if (sources.isEmpty()) {
                problems.add("no source is declared: call source(name, type)");
            }
            if (sinks.isEmpty()) {
                problems.add("no sink is declared: nothing could ever come out");
            }
            for (Map.Entry<String, Set<String>> wanted : sidesWanted.entrySet()) {
                if (!sides.containsKey(wanted.getKey())) {
                    problems.add(
                            "side output "
                                    + wanted.getKey()
                                    + " of stage "
                                    + wanted.getValue()
                                    + " is read by nobody: call side(name) on the stream, or use"
                                    + " Late.drop()");
                }
            }
            for (String side : ownSides.keySet()) {
                if (!ownSidesRead.contains(side)) {
                    problems.add(
                            "side output "
                                    + side
                                    + " is read by nobody: call side(...) on the stage's stream, or"
                                    + " declare the stage without it");
                }
            }
            for (String side : sides.keySet()) {
                if (!sidesWanted.containsKey(side)) {
                    problems.add("side output " + side + " is written by no stage");
                }
            }
            if (!problems.isEmpty()) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        "pipeline " + name + ": " + String.join("; ", problems));
            }
        }
    }
}
