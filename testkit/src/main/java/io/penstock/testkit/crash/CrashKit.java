package io.penstock.testkit.crash;

import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.fault.NearestName;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Durability;
import io.penstock.testkit.harness.HarnessInputs;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One test that ends somebody's own pipeline at every point at which it can end, and requires that
 * it comes to the same every time.
 *
 * <pre>
 * CrashKit.of(() -&gt; pipeline())
 *         .events(events -&gt; events.send("trades", TRADE, trade -&gt; trade.price(7)))
 *         .durability(Durability.POWER)
 *         .everyPoint();
 * </pre>
 *
 * <p>First the pipeline runs unharmed, twice, and must give the same: if it does not, the first
 * record at which it differs is named. The points of that run are counted: every call of journal,
 * mark, output log, snapshots and sinks, and the time between two turns of the stages. Then comes
 * one run per point and {@link Fault}: it happens there, the engine is opened again on what is
 * left, is sent what it had not journaled, and finishes. Required is each time: what was
 * acknowledged at the level is in the journal; the journal holds what was sent, bit for bit; no
 * result left whose cause is lost; nothing is acknowledged after a failed sync; results of each
 * sink, state and counts are those of the unharmed run.
 *
 * <p>{@link #run} tries {@value #DEFAULT_TRIES} of all pairs of point and fault, as many of each
 * fault and evenly over its points; {@link #points} more or fewer, {@link #everyPoint} all. What
 * could not be tried is in the report. A failure is a {@link CrashFailure}, whose message ends with
 * the line that repeats it.
 *
 * <p>The stages are those of production, on the caller's thread; journal, output log, snapshots and
 * sinks are in memory. A sink of the plan, of whatever kind, is something like a file, unless
 * {@link #sink} gives a world for it. All follows from events and seed. It finds what differs
 * between two runs in one JVM, and no more: a clock's day or the order of {@code Set.of} are the
 * same in both. Immutable; each method gives another kit.
 */
public final class CrashKit {
    /** Pairs of point and fault that {@link #run} tries if nothing else is said. */
    public static final int DEFAULT_TRIES = 300;

    private static final int DEFAULT_SNAPSHOT_EVERY = 16;

    private final Supplier<Pipeline> pipelines;
    private final Settings settings;

    /** What was set. */
    private record Settings(
            Consumer<HarnessInputs> events,
            Durability durability,
            int shards,
            int snapshotEvery,
            long seed,
            int tries,
            Set<Fault> faults,
            Map<String, Supplier<? extends SinkWorld>> worlds) {
        Settings events(Consumer<HarnessInputs> value) {
            return new Settings(
                    value, durability, shards, snapshotEvery, seed, tries, faults, worlds);
        }

        Settings durability(Durability value) {
            return new Settings(events, value, shards, snapshotEvery, seed, tries, faults, worlds);
        }

        Settings shards(int value) {
            return new Settings(
                    events, durability, value, snapshotEvery, seed, tries, faults, worlds);
        }

        Settings snapshotEvery(int value) {
            return new Settings(events, durability, shards, value, seed, tries, faults, worlds);
        }

        Settings seed(long value) {
            return new Settings(
                    events, durability, shards, snapshotEvery, value, tries, faults, worlds);
        }

        Settings tries(int value) {
            return new Settings(
                    events, durability, shards, snapshotEvery, seed, value, faults, worlds);
        }

        Settings faults(Set<Fault> value) {
            return new Settings(
                    events, durability, shards, snapshotEvery, seed, tries, value, worlds);
        }

        Settings worlds(Map<String, Supplier<? extends SinkWorld>> value) {
            return new Settings(
                    events, durability, shards, snapshotEvery, seed, tries, faults, value);
        }
    }

    private CrashKit(Supplier<Pipeline> pipelines, Settings settings) {
        this.pipelines = pipelines;
        this.settings = settings;
    }

    /**
     * A kit for a pipeline.
     *
     * @param pipeline makes it; called for each life of the engine, as a process that starts would
     */
    public static CrashKit of(Supplier<Pipeline> pipeline) {
        return new CrashKit(
                pipeline,
                new Settings(
                        inputs -> {},
                        Durability.PROCESS,
                        1,
                        DEFAULT_SNAPSHOT_EVERY,
                        1,
                        DEFAULT_TRIES,
                        EnumSet.allOf(Fault.class),
                        Map.of()));
    }

    /**
     * What goes in: events, ticks of the clock, ends of sources, in order. Sources that were not
     * ended end behind it.
     */
    public CrashKit events(Consumer<HarnessInputs> events) {
        return new CrashKit(pipelines, settings.events(events));
    }

    /** When an event is acknowledged; {@code process} if nothing is said. */
    public CrashKit durability(Durability level) {
        return new CrashKit(pipelines, settings.durability(level));
    }

    /** How many shards share the work; 1 if nothing is said. */
    public CrashKit shards(int count) {
        return new CrashKit(pipelines, settings.shards(count));
    }

    /** How many inputs lie between two snapshots; 0 for no snapshot at all; 16 without saying. */
    public CrashKit snapshotEvery(int inputs) {
        if (inputs < 0) {
            throw refused("inputs between snapshots must not be negative: " + inputs);
        }
        return new CrashKit(pipelines, settings.snapshotEvery(inputs));
    }

    /** Another seed: other batches and turns of the stages, other torn lengths and bits; 1. */
    public CrashKit seed(long value) {
        return new CrashKit(pipelines, settings.seed(value));
    }

    /** How many pairs of point and fault are tried, evenly drawn. */
    public CrashKit points(int count) {
        if (count < 1) {
            throw refused("points must be positive: " + count + " (everyPoint() tries all)");
        }
        return new CrashKit(pipelines, settings.tries(count));
    }

    /** These faults only. */
    public CrashKit only(Fault first, Fault... others) {
        return new CrashKit(pipelines, settings.faults(EnumSet.of(first, others)));
    }

    /**
     * The world of a sink, for a sink of one's own: made for each run.
     *
     * @param name of the sink in the plan, whose own sink is not used then
     */
    public CrashKit sink(String name, Supplier<? extends SinkWorld> world) {
        Map<String, Supplier<? extends SinkWorld>> worlds = new LinkedHashMap<>(settings.worlds());
        worlds.put(name, world);
        return new CrashKit(pipelines, settings.worlds(worlds));
    }

    /**
     * Tries as many pairs of point and fault as are asked for.
     *
     * @return what was tried
     * @throws CrashFailure at the first that does not hold
     */
    public CrashReport run() {
        return campaign().run(settings.tries());
    }

    /** As {@link #run}, with each fault at every point where it can happen. */
    public CrashReport everyPoint() {
        return campaign().run(Integer.MAX_VALUE);
    }

    /** As {@link #run}, with one fault at one point: what the message of a failure asks for. */
    public CrashReport repeat(Fault fault, int point) {
        return only(fault).campaign().repeat(fault, point);
    }

    private Campaign campaign() {
        Pipeline pipeline = pipelines.get();
        List<PlanSink> sinks = pipeline.sinks();
        requireKnown(sinks.stream().map(PlanSink::name).toList());
        Durability level = settings.durability();
        Set<Fault> faults = EnumSet.copyOf(settings.faults());
        faults.removeIf(fault -> !fault.isCoveredBy(level));
        if (faults.isEmpty()) {
            throw refused(
                    "durability "
                            + level
                            + " says nothing of "
                            + settings.faults()
                            + " (use durability power)");
        }
        Script script = new Script(pipeline, settings.events(), settings.snapshotEvery());
        Experiment experiment =
                new Experiment(
                        pipelines,
                        sinks,
                        script,
                        level,
                        level,
                        settings.shards(),
                        settings.seed(),
                        settings.worlds());
        return new Campaign(pipeline.name(), experiment, faults, line());
    }

    private void requireKnown(List<String> names) {
        for (String name : settings.worlds().keySet()) {
            if (!names.contains(name)) {
                throw refused(
                        "the pipeline has no sink " + name + " " + NearestName.hint(name, names));
            }
        }
    }

    /** The kit in source, up to its last call. */
    private String line() {
        StringBuilder line = new StringBuilder("CrashKit.of(...).events(...)");
        for (String sink : settings.worlds().keySet()) {
            line.append(".sink(\"").append(sink).append("\", ...)");
        }
        Durability level = settings.durability();
        line.append(".durability(Durability.parse(\"").append(level).append("\"))");
        if (settings.shards() != 1) {
            line.append(".shards(").append(settings.shards()).append(')');
        }
        if (settings.snapshotEvery() != DEFAULT_SNAPSHOT_EVERY) {
            line.append(".snapshotEvery(").append(settings.snapshotEvery()).append(')');
        }
        return line.append(".seed(").append(settings.seed()).append(")").toString();
    }

    private static PenstockException refused(String message) {
        return new PenstockException(Category.CONFIGURATION, message);
    }
}
