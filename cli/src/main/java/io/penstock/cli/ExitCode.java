package io.penstock.cli;

import io.penstock.fault.PenstockException;

/** What the exit code of the process says. */
final class ExitCode {
    /** Done; also with rejected or late rows. */
    static final int OK = 0;

    /** The engine failed, or two results that must be identical differ. */
    static final int FAILED = 1;

    /** Wrong usage or parameters; nothing was started. */
    static final int USAGE = 2;

    /** An input cannot be read, or ends too early. */
    static final int INPUT = 3;

    /** The directory is in use, of another plan, or of another input. */
    static final int DIRECTORY = 4;

    /** Stored bytes are damaged. */
    static final int DAMAGE = 5;

    private ExitCode() {}

    /** The exit code of a category of faults. */
    static int of(PenstockException.Category category) {
        return switch (category) {
            case CONFIGURATION -> USAGE;
            case INPUT -> INPUT;
            case LOCKED, OTHER_PLAN, OTHER_INPUT -> DIRECTORY;
            case DAMAGE -> DAMAGE;
            case STORAGE, LIMIT, FAILED -> FAILED;
        };
    }
}
