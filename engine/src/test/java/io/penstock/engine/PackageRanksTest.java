package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Packages of the engine have ranks and import only lower ones. */
class PackageRanksTest {
    private static final String ROOT = "io.penstock.engine";

    /** Lowest first; packages of one line do not import each other. */
    private static final List<List<String>> RANKS =
            List.of(
                    List.of("memory", "telemetry"),
                    List.of("snapshot"),
                    List.of("ring", "egress", "time"),
                    List.of("state"),
                    List.of("operator"),
                    List.of("window"),
                    List.of("rolling", "shard"),
                    List.of("pipeline"),
                    List.of("core"),
                    List.of("ingress", "stage"),
                    List.of("control"),
                    List.of(""));

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(ROOT);

    @Test
    void shouldImportOnlyLowerRanks() {
        Map<String, Integer> ranks = ranks();
        TreeSet<String> violations = new TreeSet<>();
        for (JavaClass from : CLASSES) {
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                String target = packageOf(dependency.getTargetClass());
                String origin = packageOf(from);
                if (target == null || origin.equals(target)) {
                    continue;
                }
                if (ranks.get(target) >= ranks.get(origin)) {
                    violations.add(origin + " -> " + target + ": " + dependency.getDescription());
                }
            }
        }
        assertEquals(new TreeSet<String>(), violations);
    }

    @Test
    void shouldKnowTheRankOfEveryPackage() {
        TreeSet<String> packages = new TreeSet<>();
        CLASSES.forEach(c -> packages.add(packageOf(c)));
        packages.removeAll(ranks().keySet());
        assertEquals(new TreeSet<String>(), packages);
        assertFalse(CLASSES.isEmpty());
    }

    @Test
    void shouldReadNoClockAndNoRandomnessWhereAnswersAreMade() {
        TreeSet<String> offenders = new TreeSet<>();
        List<String> deterministic =
                List.of(
                        "memory",
                        "snapshot",
                        "time",
                        "state",
                        "operator",
                        "window",
                        "rolling",
                        "core");
        for (JavaClass from : CLASSES) {
            if (!deterministic.contains(packageOf(from))) {
                continue;
            }
            from.getMethodCallsFromSelf()
                    .forEach(
                            call -> {
                                String owner = call.getTargetOwner().getFullName();
                                String name = owner + "." + call.getName();
                                if (List.of(
                                                        "java.lang.System.currentTimeMillis",
                                                        "java.lang.System.nanoTime",
                                                        "java.lang.System.identityHashCode",
                                                        "java.lang.Math.random",
                                                        "java.util.UUID.randomUUID",
                                                        "java.lang.System.getProperty")
                                                .contains(name)
                                        || owner.startsWith("java.util.Random")
                                        || owner.startsWith(
                                                "java.util.concurrent.ThreadLocalRandom")
                                        || owner.startsWith("java.time.Clock")) {
                                    offenders.add(from.getName() + " calls " + name);
                                }
                            });
        }
        assertEquals(new TreeSet<String>(), offenders);
    }

    private static Map<String, Integer> ranks() {
        Map<String, Integer> ranks = new TreeMap<>();
        for (int rank = 0; rank < RANKS.size(); rank++) {
            for (String name : RANKS.get(rank)) {
                ranks.put(name, rank);
            }
        }
        return ranks;
    }

    /** The package below the root; null for other people's classes. */
    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        if (name.equals(ROOT)) {
            return "";
        }
        return name.startsWith(ROOT + ".") ? name.substring(ROOT.length() + 1) : null;
    }
}
