package io.penstock.cli.safety;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.builtin.Definition;
import io.penstock.codecs.SchemaIr;
import io.penstock.engine.Engine;
import io.penstock.fault.PenstockException;
import io.penstock.journal.Journals;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No class of ours deserializes, parses XML, loads code by name, listens or starts programs. */
final class BannedCallsTest {
    private static final List<Pattern> BANNED =
            Stream.of(
                            "java/io/Object(In|Out)putStream.*",
                            ".*\\.readObject",
                            "java/beans/.*",
                            "javax/script/.*",
                            "javax/naming/.*",
                            "javax/management/.*",
                            "java/rmi/.*",
                            "javax/xml/.*",
                            "org/xml/.*",
                            "org/w3c/.*",
                            "uk/co/real_logic/sbe/xml/.*",
                            "java/net/(?!URI$|URISyntaxException$).*",
                            "javax/net/.*",
                            "java/nio/channels/.*Socket.*",
                            "java/lang/Class\\.forName",
                            "java/lang/ClassLoader\\.(loadClass|defineClass)",
                            "java/util/ServiceLoader.*",
                            "java/lang/System\\.load(Library)?",
                            "java/lang/Runtime\\.(exec|load|loadLibrary)",
                            "java/lang/ProcessBuilder",
                            "java/nio/file/Files\\.createTemp.*",
                            "java/io/File\\.createTempFile",
                            "net/openhft/chronicle/wire/(?!DocumentContext|Wire$|Wire\\.bytes).*")
                    .map(Pattern::compile)
                    .toList();

    /** Who may, and what: the demo starts and kills the command line itself. */
    private static final Map<String, String> ALLOWED =
            Map.of("io/penstock/cli/ChildJvm", "java/lang/ProcessBuilder");

    @Test
    void shouldNameNothingThatIsBannedInAnyClassOfOurs() throws Exception {
        Set<String> found = new TreeSet<>();
        int[] classes = new int[1];
        for (Path root : roots()) {
            visit(
                    root,
                    (name, bytes) -> {
                        classes[0]++;
                        for (String reference : ClassReferences.of(bytes)) {
                            if (isBanned(reference) && !reference.equals(ALLOWED.get(name))) {
                                found.add(name + " names " + reference);
                            }
                        }
                    });
        }
        assertEquals(Set.of(), found);
        assertTrue(classes[0] > 400, "only " + classes[0] + " classes");
        System.out.println(
                "GUARANTEE R20a "
                        + BANNED.size()
                        + " kinds of calls (deserialization, XML, sockets, class loading by name,"
                        + " processes, temporary files) named by no class of ours, but one start of"
                        + " the command line by its own demo");
    }

    @Test
    void shouldFindWhatIsBanned() throws IOException {
        try (var in = BannedCallsTest.class.getResourceAsStream("BannedCallsTest$Planted.class")) {
            List<String> found =
                    ClassReferences.of(in.readAllBytes()).stream()
                            .filter(BannedCallsTest::isBanned)
                            .toList();
            assertTrue(found.contains("java/lang/Class.forName"), found.toString());
            assertTrue(found.contains("java/io/ObjectInputStream"), found.toString());
            assertTrue(found.contains("java/io/ObjectInputStream.readObject"), found.toString());
        }
    }

    private static boolean isBanned(String reference) {
        return BANNED.stream().anyMatch(pattern -> pattern.matcher(reference).matches());
    }

    private static Set<Path> roots() throws URISyntaxException {
        Set<Path> roots = new LinkedHashSet<>();
        for (Class<?> type :
                List.of(
                        PenstockException.class,
                        SchemaIr.class,
                        Journals.class,
                        Engine.class,
                        Definition.class)) {
            roots.add(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()));
        }
        return roots;
    }

    private interface ClassVisitor {
        void visit(String name, byte[] bytes) throws IOException;
    }

    private static void visit(Path root, ClassVisitor visitor) throws IOException {
        if (Files.isDirectory(root)) {
            visitDirectory(root, visitor);
            return;
        }
        try (FileSystem jar =
                FileSystems.newFileSystem(URI.create("jar:" + root.toUri()), Map.of())) {
            visitDirectory(jar.getPath("/"), visitor);
        }
    }

    private static void visitDirectory(Path root, ClassVisitor visitor) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = root.relativize(file).toString();
                if (name.startsWith("io/penstock/")
                        && !name.startsWith("io/penstock/examples/")
                        && name.endsWith(".class")) {
                    visitor.visit(name.substring(0, name.length() - 6), Files.readAllBytes(file));
                }
            }
        }
    }

    /** Does what is banned, in a class that is never loaded. */
    static final class Planted {
        private Planted() {}

        static Object read(java.io.ObjectInputStream in) throws Exception {
            return Class.forName((String) in.readObject());
        }
    }
}
