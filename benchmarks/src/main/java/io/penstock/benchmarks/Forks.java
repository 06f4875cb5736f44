package io.penstock.benchmarks;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How processes are started: ours as this one was, peers from where their module was built. */
final class Forks {
    /** What a user of the scripts does when peers are missing. */
    static final String HOW_TO_BUILD =
            "peers are not built: ./mvnw -Ppeers -pl peers -am package -Dmaven.test.skip=true";

    private static final List<String> OWN_HEAP = List.of("-Xms2g", "-Xmx2g");
    private static final List<String> PEER_HEAP = List.of("-Xms2g", "-Xmx4g");

    private Forks() {}

    /** A process of ours, with this one's flags but a heap of its own that is not pre-touched. */
    static List<String> ours(String main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (isPassedOn(flag)) {
                command.add(flag);
            }
        }
        command.addAll(OWN_HEAP);
        command.add("-cp");
        command.add(ManagementFactory.getRuntimeMXBean().getClassPath());
        command.add(main);
        command.addAll(arguments);
        return command;
    }

    private static boolean isPassedOn(String flag) {
        return flag.startsWith("--") || flag.startsWith("-D") || flag.startsWith("-XX:+Ignore");
    }

    /** Folder of the peers' module, if it is built. */
    static Optional<Path> peers() {
        return Optional.of(benchmarks().resolveSibling("peers"))
                .filter(module -> Files.exists(classPath(module)));
    }

    private static Path classPath(Path module) {
        return module.resolve("target").resolve("classpath.txt");
    }

    /** A process of the peers' module. */
    static List<String> peer(Path module, String main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.add("@" + module.resolve("peers.jvmopts"));
        command.addAll(PEER_HEAP);
        command.add("-cp");
        command.add(
                module.resolve("target").resolve("classes")
                        + File.pathSeparator
                        + Files.readString(classPath(module)).trim());
        command.add(main);
        command.addAll(arguments);
        return command;
    }

    /** Folder of this module: its classes are in {@code target/classes}, or in a jar beside. */
    private static Path benchmarks() {
        try {
            return Path.of(Forks.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .resolve("../..")
                    .normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("classes come from no folder", e);
        }
    }

    private static String java() {
        return ProcessHandle.current()
                .info()
                .command()
                .orElseThrow(() -> new IllegalStateException("this JVM's program is not known"));
    }
}
