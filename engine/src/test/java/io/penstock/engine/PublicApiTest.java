package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What users can call, held by a committed list: a change of it is a decision and never an
 * accident.
 *
 * <p>Read from class files, so that the list is the same on every JDK.
 */
final class PublicApiTest {
    private static final Path EXPECTED = Path.of("src/test/resources/public-api.txt");
    private static final Path ACTUAL = Path.of("target/public-api.txt");
    private static final Set<String> PACKAGES =
            Set.of(
                    "io.penstock.engine",
                    "io.penstock.engine.pipeline",
                    "io.penstock.engine.operator",
                    "io.penstock.engine.rolling",
                    "io.penstock.engine.window");

    /** Public for the engine's other packages only; users never get one into their hands. */
    private static final Set<String> MACHINERY =
            Set.of(
                    "CountWindowOperator",
                    "DedupeOperator",
                    "EntryLimit",
                    "EventBatch",
                    "FilterOperator",
                    "FiringRoom",
                    "FlatMapOperator",
                    "HotPath",
                    "KeyReader",
                    "LookBackOperator",
                    "Maker",
                    "MapOperator",
                    "MapWithSidesOperator",
                    "Operator",
                    "OrderOperator",
                    "Output",
                    "Pending",
                    "PlanPart",
                    "ProcessOperator",
                    "Receiver",
                    "RejectedRows",
                    "RunningPlan",
                    "SessionOperator",
                    "SideOutputs",
                    "SinkOperator",
                    "SourceOperator",
                    "SourceTiming",
                    "StepContext",
                    "StepPath",
                    "StoreMonitor",
                    "WindowIntake",
                    "WindowOperator",
                    "WindowResults");

    @Test
    void shouldBeWhatTheListSays() throws IOException {
        List<String> actual = publicApi();
        Files.createDirectories(ACTUAL.getParent());
        Files.write(ACTUAL, actual);

        assertEquals(
                String.join("\n", Files.readAllLines(EXPECTED)),
                String.join("\n", actual),
                "the public API has changed; if that is meant, copy "
                        + ACTUAL
                        + " over "
                        + EXPECTED);
    }

    private static List<String> publicApi() {
        List<String> lines = new ArrayList<>();
        new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.penstock.engine")
                        .stream()
                        .filter(type -> PACKAGES.contains(type.getPackageName()))
                        .filter(PublicApiTest::isVisible)
                        .sorted((a, b) -> a.getName().compareTo(b.getName()))
                        .forEach(
                                type -> {
                                    lines.add(describe(type));
                                    lines.addAll(members(type));
                                });
        return lines;
    }

    private static boolean isVisible(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(PublicApiTest::isVisible).orElse(true)
                && !type.getSimpleName().equals("package-info")
                && !MACHINERY.contains(type.getSimpleName());
    }

    private static String describe(JavaClass type) {
        String kind =
                type.isEnum()
                        ? "enum"
                        : type.isRecord() ? "record" : type.isInterface() ? "interface" : "class";
        String isOpen =
                type.getModifiers().contains(JavaModifier.FINAL) || type.isInterface()
                        ? ""
                        : "open ";
        return isOpen + kind + " " + type.getName();
    }

    private static java.util.Set<String> members(JavaClass type) {
        TreeSet<String> members = new TreeSet<>();
        for (JavaMember member : type.getMembers()) {
            Set<JavaModifier> modifiers = member.getModifiers();
            boolean isSeen =
                    modifiers.contains(JavaModifier.PUBLIC)
                            || (modifiers.contains(JavaModifier.PROTECTED)
                                    && !type.getModifiers().contains(JavaModifier.FINAL));
            if (isSeen
                    && !modifiers.contains(JavaModifier.SYNTHETIC)
                    && !modifiers.contains(JavaModifier.BRIDGE)) {
                members.add("    " + describe(member));
            }
        }
        return members;
    }

    private static String describe(JavaMember member) {
        String isStatic = member.getModifiers().contains(JavaModifier.STATIC) ? "static " : "";
        if (member instanceof JavaField field) {
            return isStatic + field.getName() + ": " + name(field.getRawType());
        }
        JavaCodeUnit unit = (JavaCodeUnit) member;
        return isStatic
                + unit.getName()
                + unit.getRawParameterTypes().stream()
                        .map(PublicApiTest::name)
                        .collect(Collectors.joining(", ", "(", ")"))
                + ": "
                + name(unit.getRawReturnType());
    }

    private static String name(JavaClass type) {
        return type.getName().startsWith("[") ? type.getSimpleName() : type.getName();
    }
}
