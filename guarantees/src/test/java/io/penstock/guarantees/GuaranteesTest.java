package io.penstock.guarantees;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.xml.sax.SAXException;

/**
 * GUARANTEES.md says what the tests of this build printed. By itself, over the reports of an
 * earlier build: {@code ./mvnw test -pl guarantees -Dpenstock.reports=any}.
 */
final class GuaranteesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int BASELINE = 17;
    private static final String FILE = "GUARANTEES.md";

    @Test
    void shouldSayWhatTheTestsOfThisBuildPrinted()
            throws IOException, ParserConfigurationException, SAXException {
        boolean isAny = "any".equals(System.getProperty("penstock.reports"));
        String began = System.getProperty("penstock.build.began", Instant.MAX.toString());
        Reports reports = Reports.read(ROOT, isAny ? Instant.EPOCH : Instant.parse(began));
        Path committed = ROOT.resolve(FILE);
        String old = Files.exists(committed) ? Files.readString(committed) : "";
        GuaranteesPage page =
                new GuaranteesPage(
                        Promise.table(), old, property -> System.getProperty(property) != null);
        Path made = Files.createDirectories(Path.of("target")).resolve(FILE);
        String text = page.text(reports.evidence());
        Files.writeString(made, text);
        for (Evidence one : reports.evidence()) {
            if (!one.isRun()) {
                System.out.println(one.id() + " was not run here, its count stays: " + one.words());
            }
        }
        assumeTrue(
                reports.missing().isEmpty(),
                () -> FILE + " is not compared: no tests ran of " + reports.missing());

        assertEquals(List.of(), page.faults(reports.evidence()));
        assumeTrue(
                Runtime.version().feature() == BASELINE,
                FILE + " has the counts of the baseline JDK: it is not compared on others");
        assertNull(
                GuaranteesPage.difference(old, text),
                "if that is so, cp guarantees/target/" + FILE + " " + FILE);
    }
}
