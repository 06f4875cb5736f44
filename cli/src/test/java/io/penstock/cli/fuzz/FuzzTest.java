package io.penstock.cli.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reads the corpus of every target, then inputs that a mutator with a fixed seed makes of it: only
 * typed faults come out, nothing hangs, allocation is bounded, no file is made elsewhere.
 *
 * <p>{@code -Dpenstock.fuzz.inputs=N} mutated inputs for the cheapest targets (10,000), a part of
 * them for those that cost files; {@code -Dpenstock.fuzz.seed=S}. Hours of it with coverage to
 * guide: {@code perf-scripts/fuzz}.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class FuzzTest {
    private static final Path CORPUS = Path.of("src/test/fuzz");
    private static final int INPUTS = Integer.getInteger("penstock.fuzz.inputs", 10_000);
    private static final long SEED = Long.getLong("penstock.fuzz.seed", 20_261_121L);

    /** What reading may allocate on the heap beside a multiple of the input. */
    private static final long FIXED_BYTES = 24L << 20;

    private static final long BYTES_PER_BYTE = 2048;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static List<FuzzTarget> targets() {
        return Targets.ALL;
    }

    @AfterAll
    static void clean() {
        FuzzFiles.deleteAll();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void shouldRefuseOrReadWhateverComes(FuzzTarget target) throws IOException {
        List<byte[]> corpus = new ArrayList<>(target.seeds());
        int seeds = corpus.size();
        List<Path> files = files(target);
        assertFalse(files.isEmpty(), "no corpus for " + target.name());
        for (Path file : files) {
            corpus.add(Files.readAllBytes(file));
        }
        Map<FuzzTarget.Verdict, Integer> verdicts = new EnumMap<>(FuzzTarget.Verdict.class);
        for (int i = 0; i < corpus.size(); i++) {
            String what = i < seeds ? "seed " + i : files.get(i - seeds).toString();
            verdicts.merge(run(target, corpus.get(i), what), 1, Integer::sum);
        }
        assertTrue(
                verdicts.containsKey(FuzzTarget.Verdict.ACCEPTED),
                target.name() + " accepts none of its corpus");
        List<String> before = FuzzFiles.list(FuzzFiles.root());
        Mutator mutator = new Mutator(SEED);
        int count = Math.max(1, (int) ((long) INPUTS * target.perMille() / 1000));
        for (int i = 0; i < count; i++) {
            verdicts.merge(run(target, mutator.next(corpus), "input " + i), 1, Integer::sum);
        }
        assertEquals(before, FuzzFiles.list(FuzzFiles.root()), "files were made");
        assertTrue(
                verdicts.containsKey(FuzzTarget.Verdict.REFUSED),
                target.name() + " refuses nothing");
        System.out.println(
                "GUARANTEE R7 "
                        + (corpus.size() + count)
                        + " inputs through a fuzz target for each reader: only typed faults, bounded"
                        + " work and allocation, no file elsewhere");
    }

    @Test
    void shouldHaveATargetForEveryFolderOfTheCorpus() throws IOException {
        List<String> names = Targets.ALL.stream().map(FuzzTarget::name).sorted().toList();
        try (Stream<Path> folders = Files.list(CORPUS)) {
            assertEquals(names, folders.map(f -> f.getFileName().toString()).sorted().toList());
        }
    }

    private static FuzzTarget.Verdict run(FuzzTarget target, byte[] input, String what) {
        byte[] given = input.clone();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        FuzzTarget.Verdict verdict;
        try {
            verdict = target.run(given);
        } catch (Throwable e) {
            throw new AssertionError(describe(target, input, what), e);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(
                allocated <= FIXED_BYTES + BYTES_PER_BYTE * input.length,
                () -> "allocated " + allocated + " bytes: " + describe(target, input, what));
        return verdict;
    }

    private static String describe(FuzzTarget target, byte[] input, String what) {
        String hex = HexFormat.of().formatHex(input);
        return target.name() + ", " + what + ", seed " + SEED + ": " + hex;
    }

    private static List<Path> files(FuzzTarget target) throws IOException {
        try (Stream<Path> files = Files.list(CORPUS.resolve(target.name()))) {
            return files.sorted().toList();
        }
    }
}
