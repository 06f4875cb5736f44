package io.penstock.engine.window;

/** How a quotient becomes a decimal of so many digits. */
public enum Rounding {
    /** To the nearest, halves to the even digit. */
    HALF_EVEN,
    /** Towards minus infinity. */
    FLOOR
}
