package io.penstock.journal;

import io.penstock.fault.PenstockException;
import java.nio.file.Path;

/** Opens a journal in a JVM without flags, and says how that went. */
final class FlagsMain {
    private FlagsMain() {}

    public static void main(String[] arguments) {
        try {
            Journals.open(JournalConfig.at(Path.of(arguments[0]))).close();
            System.out.println("opened");
        } catch (PenstockException e) {
            System.out.println(e.category() + " " + e.getMessage());
        }
    }
}
