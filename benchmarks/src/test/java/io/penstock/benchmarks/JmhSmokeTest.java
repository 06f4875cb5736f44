package io.penstock.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each JMH class once, in this process: all systems, of all else the first value. */
class JmhSmokeTest {
    private static final Pattern CLASS = Pattern.compile("io\\.penstock\\.benchmarks\\.\\w+");

    /** Benchmarks say by this name whom they measure: all of them have to answer right. */
    private static final String SYSTEM = "system";

    static Stream<Class<?>> benchmarks() throws IOException, ClassNotFoundException {
        Set<String> names = new TreeSet<>();
        try (InputStream list = JmhSmokeTest.class.getResourceAsStream("/META-INF/BenchmarkList");
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))) {
            lines.lines()
                    .map(CLASS::matcher)
                    .filter(Matcher::find)
                    .forEach(matcher -> names.add(matcher.group()));
        }
        List<Class<?>> classes = new ArrayList<>();
        for (String name : names) {
            classes.add(Class.forName(name));
        }
        return classes.stream();
    }

    @Test
    void shouldFindBenchmarks() throws Exception {
        List<String> names = benchmarks().map(Class::getSimpleName).toList();
        assertEquals(names, names.stream().filter(name -> name.endsWith("Benchmark")).toList());
        assertFalse(names.isEmpty());
    }

    @ParameterizedTest
    @MethodSource("benchmarks")
    void shouldRunAndAnswerRight(Class<?> benchmark) throws RunnerException {
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include("^" + Pattern.quote(benchmark.getName()) + "\\.")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(50))
                        .timeout(new TimeValue(30, TimeUnit.SECONDS))
                        .verbosity(VerboseMode.SILENT)
                        .shouldDoGC(false)
                        .shouldFailOnError(true);
        for (Field field : benchmark.getFields()) {
            Param param = field.getAnnotation(Param.class);
            if (param != null && param.value().length > 0 && !field.getName().equals(SYSTEM)) {
                options = options.param(field.getName(), param.value()[0]);
            }
        }
        // Another JMH on the same machine would spoil figures, but there are none here.
        String before = System.setProperty("jmh.ignoreLock", "true");
        try {
            Iterable<RunResult> results = new Runner(options.build()).run();
            assertTrue(results.iterator().hasNext(), "nothing ran of " + benchmark);
        } finally {
            if (before == null) {
                System.clearProperty("jmh.ignoreLock");
            } else {
                System.setProperty("jmh.ignoreLock", before);
            }
        }
    }
}
