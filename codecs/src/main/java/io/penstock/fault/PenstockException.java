package io.penstock.fault;

/**
 * A fault of the world: configuration, input, disk, directory, or an engine that has stopped.
 *
 * <p>The category tells an operator who has to act; the message names the rule, the value and the
 * remedy; control characters in it are escaped, so it is one line whatever it quotes. Pressure (no
 * space, not yet) is never an exception but a status.
 */
public class PenstockException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Who has to act on a fault. */
    public enum Category {
        /** The caller's parameters, plan or JVM flags; nothing was started. */
        CONFIGURATION,
        /** An input cannot be read, or ends too early. */
        INPUT,
        /** The directory is in use by a running engine. */
        LOCKED,
        /** The directory belongs to another plan. */
        OTHER_PLAN,
        /** The input is not the one that the directory was filled from. */
        OTHER_INPUT,
        /** Stored bytes are not what was written: file, offset, sequence and remedy are named. */
        DAMAGE,
        /** The file system refused: full, read-only, failed write or sync. */
        STORAGE,
        /** A limit known at start was reached: the message names the limit and its setting. */
        LIMIT,
        /** The engine stopped itself: the message names event, stage and cause. */
        FAILED
    }

    private final Category category;

    /** Creates a fault without a cause. */
    public PenstockException(Category category, String message) {
        super(Printable.of(message));
        this.category = category;
    }

    /** Creates a fault with the throwable that led to it. */
    public PenstockException(Category category, String message, Throwable cause) {
        super(Printable.of(message), cause);
        this.category = category;
    }

    /** Who has to act. */
    public Category category() {
        return category;
    }
}
