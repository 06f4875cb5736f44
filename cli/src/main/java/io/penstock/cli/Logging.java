package io.penstock.cli;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps libraries quiet unless something is wrong: their warnings go to stderr. */
final class Logging {
    /** Held, because the JDK forgets the levels of loggers that nobody refers to. */
    private static final Logger ROOT = Logger.getLogger("");

    private Logging() {}

    static void warningsOnly() {
        ROOT.setLevel(Level.WARNING);
        for (Handler handler : ROOT.getHandlers()) {
            handler.setLevel(Level.WARNING);
        }
    }
}
