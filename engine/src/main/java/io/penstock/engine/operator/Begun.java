package io.penstock.engine.operator;

/** Whether user code has begun a result that it has not emitted: each is begun and emitted once. */
final class Begun {
    private boolean isBegun;

    /** Before each call of user code: what it began in a call that failed counts no more. */
    void reset() {
        isBegun = false;
    }

    void begin() {
        if (isBegun) {
            throw new IllegalStateException(
                    "begin() was called again before emit(): a result must be emitted before the"
                            + " next is begun");
        }
        isBegun = true;
    }

    void emit() {
        if (!isBegun) {
            throw new IllegalStateException(
                    "emit() was called without begin(): each result must be begun before it is"
                            + " emitted, and is emitted once");
        }
        isBegun = false;
    }
}
