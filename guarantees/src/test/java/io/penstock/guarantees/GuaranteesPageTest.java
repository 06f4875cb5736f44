package io.penstock.guarantees;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.SAXException;

/** How counts of tests, of the page as it was, and promises become a page. */
final class GuaranteesPageTest {
    private static final List<Promise> PROMISES =
            Promise.parse(
                    """
                    # a comment
                    id: R3
                    promise: nothing is lost
                      whenever it is killed
                    level: process
                    how: frames
                    long R3: penstock.kills=1000

                    id: R4
                    promise: power
                    level: power
                    how: forces
                    """);

    private static Evidence line(String text) {
        return Evidence.parse(text, "cli", "CrashTest").orElseThrow();
    }

    private static final List<Evidence> FIRST =
            List.of(
                    line("GUARANTEE R3 60 kills, 0 events lost"),
                    line("GUARANTEE R4a 5000 states"),
                    line("GUARANTEE R4b 20 cuts"));

    private static GuaranteesPage page(String before, String... properties) {
        return new GuaranteesPage(PROMISES, before, List.of(properties)::contains);
    }

    @Test
    void shouldWriteTheSameAgainWhenTheSameIsPrinted() {
        String text = page("").text(FIRST);

        assertTrue(text.contains("## R3: nothing is lost whenever it is killed"), text);
        assertTrue(text.contains("| R4a | `CrashTest` | 5,000 | states | – | – |"), text);
        assertTrue(text.contains("-pl cli -am -Dsurefire.failIfNoSpecifiedTests=false"), text);
        assertNull(GuaranteesPage.difference(text, page(text).text(FIRST)));
    }

    @Test
    void shouldKeepTheCountOfWhatThisMachineCannotRun() {
        String text = page("").text(FIRST);
        List<Evidence> now = new ArrayList<>(FIRST.subList(0, 2));
        now.add(line("GUARANTEE R4b not-run no root"));

        assertNull(GuaranteesPage.difference(text, page(text).text(now)));
        assertEquals(List.of(), page(text).faults(now));
        assertTrue(page("").text(now).contains("| R4b | `CrashTest` | – | not run yet |"));
    }

    @Test
    void shouldDifferWhenACountOrAProofIsAnother() {
        String text = page("").text(FIRST);
        List<Evidence> fewer = new ArrayList<>(FIRST);
        fewer.set(0, line("GUARANTEE R3 59 kills, 0 events lost"));

        String difference = GuaranteesPage.difference(text, page(text).text(fewer));
        assertNotNull(difference);
        assertTrue(difference.contains("'| R3 | `CrashTest` | 59 |"), difference);
        assertNotNull(GuaranteesPage.difference(text, page(text).text(FIRST.subList(0, 2))));
    }

    @Test
    void shouldKeepBothCountsWhenASettingIsLonger() {
        String text = page("").text(FIRST);
        List<Evidence> more = new ArrayList<>(FIRST);
        more.set(0, line("GUARANTEE R3 1000 kills, 0 events lost"));

        String longer = page(text, "penstock.kills").text(more);

        String row = "| R3 | `CrashTest` | 60 | kills, 0 events lost | `-Dpenstock.kills=1000` |";
        assertTrue(longer.contains(row + " 1,000 |"), longer);
        assertNull(GuaranteesPage.difference(longer, page(longer).text(FIRST)));
    }

    @Test
    void shouldNamePromisesWithoutProofAndProofsWithoutPromise() {
        List<String> faults = page("").faults(List.of(line("GUARANTEE R9 1 force")));

        assertEquals(3, faults.size(), faults::toString);
        assertTrue(faults.get(0).contains("CrashTest prints R9"), faults::toString);
        assertTrue(faults.get(2).contains("no test printed a line for R4"), faults::toString);
    }

    @Test
    void shouldRefuseALineThatItCannotRead() {
        assertThrows(IllegalStateException.class, () -> line("GUARANTEE R3 sixty kills"));
        assertFalse(Evidence.parse("no GUARANTEE R3 60 kills", "cli", "T").isPresent());
    }

    @Test
    void shouldReadFreshReportsOfTestsThatPassedOnly(@TempDir Path root)
            throws IOException, ParserConfigurationException, SAXException {
        Files.writeString(root.resolve("pom.xml"), "<module>a</module><module>b</module>");
        report(root, "a", "<system-out><![CDATA[x\nGUARANTEE R1 5 seeds\n]]></system-out>");
        report(
                root,
                "b",
                "<system-out>GUARANTEE R2 5 bugs</system-out><failure message='no'>x</failure>");
        Path skipped = root.resolve("b/target/surefire-reports/TEST-Skipped.xml");
        Files.writeString(
                skipped,
                "<testsuite><testcase classname='p.S'><skipped>org.opentest4j.Aborted: Assumption"
                        + " failed: GUARANTEE R4b not-run no root\n\tat p.S\n</skipped></testcase>"
                        + "</testsuite>");

        Reports all = Reports.read(root, Instant.EPOCH);

        assertEquals(List.of(), all.missing());
        assertEquals(List.of("R1", "R4b"), all.evidence().stream().map(Evidence::id).toList());
        assertEquals(10, all.evidence().get(0).count().getAsLong(), "two cases added up");
        assertFalse(all.evidence().get(1).isRun());
        for (Path old : List.of(skipped, skipped.resolveSibling("TEST-T.xml"))) {
            Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(60)));
        }
        assertEquals(List.of("b"), Reports.read(root, Instant.now().minusSeconds(30)).missing());
    }

    private static void report(Path root, String module, String inside) throws IOException {
        Files.createDirectories(root.resolve(module).resolve("src/test/java"));
        Path folder =
                Files.createDirectories(root.resolve(module).resolve("target/surefire-reports"));
        String testcase = "<testcase classname='p.T'>" + inside + "</testcase>";
        Files.writeString(
                folder.resolve("TEST-T.xml"), "<testsuite>" + testcase + testcase + "</testsuite>");
    }
}
