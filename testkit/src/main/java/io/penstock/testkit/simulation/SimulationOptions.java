package io.penstock.testkit.simulation;

import io.penstock.journal.Durability;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.StringJoiner;

/**
 * What one seed decides before anything runs: sizes, and the kinds of faults that may strike.
 *
 * <p>Each is drawn from a stream of its own, so that one more changes no other; and a run can be
 * repeated from its line of text alone, however later seeds are drawn. Never changes.
 */
final class SimulationOptions {
    private static final int MAX_RING_BITS = 6;
    private static final long MILLISECOND_NS = 1_000_000;
    private static final int MIN_PERIOD_NS = 50_000;
    private static final int STEPS_PER_EVENT = 40;
    private static final long NO_LIMIT = 1000;
    private static final String SEED = "seed";
    private static final String FAULTS = "faults";

    private final long seed;
    private final EnumMap<Option, Long> values;
    private final EnumSet<Fault> faults;
    private final Durability durability;

    private SimulationOptions(long seed, Map<Option, Long> values, EnumSet<Fault> faults) {
        this.seed = seed;
        this.values = new EnumMap<>(values);
        this.faults = faults;
        this.durability = level(this.values);
    }

    /** What a seed decides. */
    static SimulationOptions draw(long seed) {
        EnumMap<Option, Long> values = new EnumMap<>(Option.class);
        for (Option option : Option.values()) {
            values.put(option, draw(option, stream(seed, option.word())));
        }
        long steps =
                stream(seed, "length").nextLong(100, STEPS_PER_EVENT * values.get(Option.EVENTS));
        values.put(Option.STEPS, steps);
        EnumSet<Fault> faults = EnumSet.noneOf(Fault.class);
        // Some seeds have few kinds, some many.
        int oneIn = stream(seed, FAULTS).nextInt(2, 6);
        for (Fault fault : Fault.values()) {
            if (stream(seed, fault.word()).nextInt(oneIn) == 0) {
                faults.add(fault);
            }
        }
        return new SimulationOptions(seed, values, faults);
    }

    /** Random numbers of a seed for one purpose, whatever else is drawn. */
    static SplittableRandom stream(long seed, String purpose) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < purpose.length(); i++) {
            hash = (hash ^ purpose.charAt(i)) * 0x100000001B3L;
        }
        // Well mixed: streams of neighbours, or of one seed, must not be parts of one another.
        long mixed = seed * 0x9E3779B97F4A7C15L + hash;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return new SplittableRandom(mixed ^ (mixed >>> 31));
    }

    private static long draw(Option option, SplittableRandom random) {
        return switch (option) {
            case EVENTS -> random.nextInt(20, 120);
            case STEPS -> 0;
            case BUDGET -> NO_LIMIT;
            case CRASHES -> random.nextInt(7);
            case KEYS -> random.nextInt(1, 12);
            case RING -> 1 << random.nextInt(1, MAX_RING_BITS + 1);
            case OUTPUTS -> 1 << random.nextInt(13, 15);
            case SEGMENT -> random.nextInt(1, 8192);
            case FRAME -> 8L * random.nextInt(64, 512);
            case SNAPSHOTS -> random.nextInt(4) == 0 ? 0 : random.nextInt(1, 60);
            case TICKS -> random.nextInt(3) == 0 ? 0 : random.nextInt(1, 40) * MILLISECOND_NS;
            case LEVEL -> Math.min(3, (random.nextInt(7) + 1) / 2);
            case PERIOD -> random.nextLong(MIN_PERIOD_NS, 20 * MILLISECOND_NS);
            case SHARDS -> random.nextInt(2) == 0 ? 1 : random.nextInt(1, 5);
            case EXCHANGE -> 1 << random.nextInt(10, 14);
            case WINDOW -> 1 << random.nextInt(6, 17);
        };
    }

    /** Reads what {@link #toString} wrote; what is not there is as simple as it can be. */
    static SimulationOptions parse(String line) {
        long seed = 0;
        EnumMap<Option, Long> values = new EnumMap<>(Option.class);
        for (Option option : Option.values()) {
            values.put(option, option.simplest());
        }
        EnumSet<Fault> faults = EnumSet.noneOf(Fault.class);
        for (String part : line.trim().split("\\s+", 0)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("name=value expected: " + part);
            }
            String name = part.substring(0, equals);
            String value = part.substring(equals + 1);
            if (name.equals(SEED)) {
                seed = Long.parseLong(value);
            } else if (name.equals(FAULTS)) {
                for (String word : value.split(",", 0)) {
                    if (!word.isEmpty()) {
                        faults.add(fault(word));
                    }
                }
            } else {
                values.put(option(name), Long.parseLong(value));
            }
        }
        return new SimulationOptions(seed, values, faults);
    }

    private static Fault fault(String word) {
        for (Fault fault : Fault.values()) {
            if (fault.word().equals(word)) {
                return fault;
            }
        }
        throw new IllegalArgumentException("no such fault: " + word);
    }

    private static Option option(String word) {
        for (Option option : Option.values()) {
            if (option.word().equals(word)) {
                return option;
            }
        }
        throw new IllegalArgumentException("no such option: " + word);
    }

    /** The same with one number changed. */
    SimulationOptions with(Option option, long value) {
        EnumMap<Option, Long> changed = new EnumMap<>(values);
        changed.put(option, value);
        return new SimulationOptions(seed, changed, faults);
    }

    /** The same without one kind of fault. */
    SimulationOptions without(Fault fault) {
        EnumSet<Fault> fewer = EnumSet.copyOf(faults);
        fewer.remove(fault);
        return new SimulationOptions(seed, values, fewer);
    }

    long seed() {
        return seed;
    }

    /** Random numbers for one purpose. */
    SplittableRandom stream(String purpose) {
        return stream(seed, purpose);
    }

    long get(Option option) {
        return values.get(option);
    }

    int getInt(Option option) {
        return Math.toIntExact(get(option));
    }

    boolean has(Fault fault) {
        return faults.contains(fault);
    }

    Set<Fault> faults() {
        return faults.clone();
    }

    /** When records are acknowledged, and results leave. */
    Durability durability() {
        return durability;
    }

    private static Durability level(Map<Option, Long> values) {
        return switch (Math.toIntExact(values.get(Option.LEVEL))) {
            case 0 -> Durability.NONE;
            case 1 -> Durability.PROCESS;
            case 2 -> Durability.periodic(Duration.ofNanos(values.get(Option.PERIOD)));
            default -> Durability.POWER;
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SimulationOptions options
                && seed == options.seed
                && values.equals(options.values)
                && faults.equals(options.faults);
    }

    @Override
    public int hashCode() {
        return Objects.hash(seed, values, faults);
    }

    /** The line that repeats this run. */
    @Override
    public String toString() {
        StringJoiner line = new StringJoiner(" ");
        line.add(SEED + "=" + seed);
        values.forEach((option, value) -> line.add(option.word() + "=" + value));
        StringJoiner kinds = new StringJoiner(",", FAULTS + "=", "");
        faults.forEach(fault -> kinds.add(fault.word()));
        return line.add(kinds.toString()).toString();
    }
}
