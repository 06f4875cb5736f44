package io.penstock.engine.snapshot;

import java.util.regex.Pattern;

/** What a snapshot may be called: nothing that leads out of its directory. */
final class SnapshotNames {
    private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");

    /** Ending of what is not sealed yet; no snapshot's name may have it. */
    static final String UNSEALED = ".tmp";

    private SnapshotNames() {}

    static boolean isValid(String name) {
        return VALID.matcher(name).matches() && !name.endsWith(UNSEALED);
    }

    static void require(String name) {
        if (!isValid(name)) {
            throw new IllegalArgumentException(
                    "snapshot name must match " + VALID + " and not end in .tmp: name=" + name);
        }
    }
}
