package io.penstock.engine.window;

/** Why a window gave a result. */
public enum FiringKind {
    /** Before the window's end, because its trigger says so. */
    EARLY('E'),
    /** The watermark reached the window's end, or its end plus the lateness if only that counts. */
    ON_TIME('O'),
    /** An event came after the window's end, within the allowed lateness. */
    LATE('L'),
    /** What an earlier result said holds no more; the result that replaces it follows. */
    RETRACTION('R');

    private final char letter;

    FiringKind(char letter) {
        this.letter = letter;
    }

    /** The kind as one letter. */
    public char letter() {
        return letter;
    }
}
