package io.penstock.codecs.csv;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.EOFException;
import java.io.IOException;

/** What to say about inputs that cannot be read, as far as their bytes go. */
final class InputFaults {
    private InputFaults() {}

    static PenstockException empty(String sourceName) {
        return new PenstockException(
                Category.INPUT,
                "a CSV input must start with a header line: " + sourceName + " is empty");
    }

    static PenstockException unreadableHeader(String sourceName, RejectReason reason) {
        return new PenstockException(
                Category.INPUT,
                "the header line of " + sourceName + " cannot be read: " + reason.text());
    }

    /** A stream that broke off after {@code linesRead} whole lines. */
    static PenstockException unreadable(String sourceName, long linesRead, IOException cause) {
        String what = cause instanceof EOFException ? " is truncated" : " cannot be read";
        String where = linesRead == 0 ? " in its first line" : " after line " + linesRead;
        return new PenstockException(
                Category.INPUT,
                "input "
                        + sourceName
                        + what
                        + where
                        + ": "
                        + (cause.getMessage() == null ? cause : cause.getMessage())
                        + " (give the whole input again; it goes on from there)",
                cause);
    }
}
