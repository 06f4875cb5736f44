package io.penstock.cli;

/** Something of a demo is not what it must be; the message says what, and where. */
final class DemoDifference extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DemoDifference(String message) {
        super(message);
    }

    DemoDifference(String message, Throwable cause) {
        super(message, cause);
    }
}
