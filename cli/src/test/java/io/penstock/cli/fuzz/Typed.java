package io.penstock.cli.fuzz;

import io.penstock.cli.fuzz.FuzzTarget.Verdict;
import io.penstock.fault.PenstockException;

/** Tells the faults that may come out from those that may not. */
final class Typed {
    private Typed() {}

    /** Something that reads an input. */
    interface Reading {
        /** Whether the input was accepted. */
        boolean read();
    }

    /** Runs a reading; a PenstockException with a printable message is the only fault let pass. */
    static Verdict of(Reading reading) {
        try {
            return reading.read() ? Verdict.ACCEPTED : Verdict.REFUSED;
        } catch (PenstockException e) {
            requirePrintable(e.getMessage());
            return Verdict.REFUSED;
        }
    }

    /** What is said about an input must not speak to the terminal. */
    static void requirePrintable(String message) {
        for (int i = 0; i < message.length(); i++) {
            int type = Character.getType(message.charAt(i));
            if (type == Character.CONTROL
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                throw new AssertionError(
                        "control character " + (int) message.charAt(i) + " in a message");
            }
        }
    }
}
