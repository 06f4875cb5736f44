package io.penstock.fault;

import java.util.ArrayList;
import java.util.List;

/**
 * The flags a JVM needs to map files and reach off-heap memory, checked before a class that needs
 * them is loaded. Any thread.
 */
public final class JvmFlags {
    private static final String BASE = "java.base";

    private JvmFlags() {}

    /**
     * Checks that this JVM was started with the flags.
     *
     * @throws PenstockException CONFIGURATION, naming exactly the flags that are missing
     */
    public static void require() {
        List<String> missing = missing(JvmFlags.class.getModule());
        if (!missing.isEmpty()) {
            throw new PenstockException(
                    PenstockException.Category.CONFIGURATION,
                    "the JVM lacks flags that Penstock needs: start it with "
                            + String.join(" ", missing));
        }
    }

    /** The flags that a module of ours would need in addition; empty when all is well. */
    static List<String> missing(Module ours) {
        Module base = Object.class.getModule();
        String target = ours.isNamed() ? ours.getName() : "ALL-UNNAMED";
        List<String> missing = new ArrayList<>();
        for (String name : List.of("jdk.internal.misc", "jdk.internal.ref", "sun.nio.ch")) {
            if (!base.isExported(name, ours)) {
                missing.add("--add-exports=" + BASE + "/" + name + "=" + target);
            }
        }
        if (!base.isOpen("java.lang.reflect", ours)) {
            missing.add("--add-opens=" + BASE + "/java.lang.reflect=" + target);
        }
        return missing;
    }
}
