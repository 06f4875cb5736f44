package io.penstock.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ReportTest {
    private static final Path RESULTS =
            Path.of("src", "test", "resources", "results", "20261121T120000Z-0123456789ab");

    /** Pixels of a letter of 12, no less than those of common fonts are wide on average. */
    private static final double LETTER = 7.2;

    private record Box(String text, double left, double right, double base) {
        boolean overlaps(Box other) {
            return left < other.right && other.left < right && Math.abs(base - other.base) < 11;
        }
    }

    @Test
    void shouldShowEveryKeptLine() throws Exception {
        Results results = Results.read(RESULTS);
        Document page = parse(Page.of(results));
        String text = page.getDocumentElement().getTextContent();

        results.ratios().forEach(ratio -> assertTrue(text.contains(ratio.name()), ratio::name));
        results.rates().forEach(rate -> assertTrue(text.contains(rate.name()), rate::name));
        results.latencies()
                .forEach(latency -> assertTrue(text.contains(latency.system()), latency::system));
        results.scalings().forEach(line -> assertTrue(text.contains(line.name()), line::name));
        results.sustained().forEach(line -> assertTrue(text.contains(line.name()), line::name));
        assertTrue(text.contains("612 MB/s"));
        assertEquals(14, results.ratios().size());
        // Five systems at three rates, five lines of scaling, and two of gigabytes.
        assertEquals(22, page.getElementsByTagName("polyline").getLength());
        assertTrue(text.contains("8 of 14 ratios reach"), text.substring(0, 400));
        assertTrue(text.contains("figures are not to be quoted: window-10k, latency"));
        assertTrue(text.contains("penstock-event at 5000000/s"));
        assertTrue(text.contains("A & B 64-Bit <VM> 17.0.15"));
        assertFalse(text.contains("sources were changed"));
    }

    @Test
    void shouldNeedNothingButItself() throws Exception {
        String page = Page.of(Results.read(RESULTS));
        for (String outside : List.of("<script", "http:", "https:", "url(", "@import", "<link")) {
            assertFalse(page.contains(outside), outside);
        }
        assertFalse(page.contains("NaN") || page.contains("Infinity"));
    }

    @Test
    void shouldKeepAllTextsApartAndInsideTheirPictures() throws Exception {
        Document page = parse(Page.of(Results.read(RESULTS)));
        NodeList pictures = page.getElementsByTagName("svg");
        assertTrue(pictures.getLength() > 20);
        for (int i = 0; i < pictures.getLength(); i++) {
            Element picture = (Element) pictures.item(i);
            double width = number(picture, "width");
            double height = number(picture, "height");
            List<Box> boxes = new ArrayList<>();
            NodeList texts = picture.getElementsByTagName("text");
            for (int k = 0; k < texts.getLength(); k++) {
                Box box = box((Element) texts.item(k));
                assertTrue(box.left >= 0 && box.right <= width, box::toString);
                assertTrue(box.base >= 10 && box.base <= height, box::toString);
                for (Box other : boxes) {
                    assertFalse(box.overlaps(other), () -> box + " lies on " + other);
                }
                boxes.add(box);
            }
        }
    }

    @Test
    void shouldTellGoalsOfBothDirections() throws Exception {
        Results results = Results.read(RESULTS);
        assertEquals("≥ 0.95", goal(results, "handoff-vs-disruptor"));
        assertEquals("≤ 1.1", goal(results, "handoff-p50-vs-disruptor"));
        assertEquals("≤ 3", goal(results, "event-p50-vs-disruptor"));
        assertEquals("≥ 3", goal(results, "segment-vs-chronicle-64"));
        assertEquals("", goal(results, "w2-10k-journal-share"));
        assertEquals("≤ 0", goal(results, "allocation-bytes-per-event"));
    }

    @Test
    void shouldWriteRatiosBetweenTheirMarksAndLeaveTheRest(@TempDir Path directory)
            throws Exception {
        Results results = Results.read(RESULTS);
        String document = "before\n" + Report.BEGIN + "\nold\n" + Report.END + "\nafter\n";
        String once = Report.withRatios(document, results);
        assertTrue(once.startsWith("before\n" + Report.BEGIN + "\nResults 2026"), once);
        assertTrue(once.endsWith("\n" + Report.END + "\nafter\n"), once);
        assertFalse(once.contains("old"));
        assertTrue(
                once.contains(
                        "| handoff-vs-disruptor | 0.655 | ≥ 0.95 | **short** |"
                                + " `perf-scripts/ratios --only hand-off` |\n"),
                once);
        assertEquals(once, Report.withRatios(once, results));

        Files.copy(RESULTS.resolve("ratios.txt"), directory.resolve("ratios.txt"));
        Files.writeString(directory.resolve("environment.txt"), "size: quick\n");
        Files.writeString(
                directory.resolve("log"),
                "== ratios\nhand-off: others used 40 % of all cores (NOISY: do not quote)\n");
        String noisy = Report.withRatios(document, Results.read(directory));
        assertTrue(
                noisy.contains(
                        "| handoff-vs-disruptor | 0.655 (noisy) | ≥ 0.95 | **short** |"
                                + " `perf-scripts/ratios --quick --only hand-off` |\n"),
                noisy);
        assertThrows(IllegalArgumentException.class, () -> Report.withRatios("none", results));
    }

    @Test
    void shouldLeaveOutWhatIsCutOffOrMissing(@TempDir Path directory) throws Exception {
        assertTrue(Results.read(directory).isEmpty());
        Files.writeString(directory.resolve("ratios.txt"), "a 1.5 1 ok\nb 0.1 NaN ok\nc 0.\n");
        Files.writeString(directory.resolve("rates.txt"), "penstock-a 2e6\nother 1e6\nthird\n");
        Files.writeString(directory.resolve("scaling.txt"), "scaling a 0 5\nscaling a 2 5\nsca");
        Files.writeString(directory.resolve("sustained.txt"), "sustained a 1-GB 0 MB/s\nsustai");
        Files.writeString(directory.resolve("latency.txt"), "a 1000 50 0\na 1000 100 7\na 10");
        Results results = Results.read(directory);
        assertEquals(List.of("a"), results.ratios().stream().map(r -> r.name()).toList());
        assertEquals(List.of(true, false), results.rates().stream().map(r -> r.isOurs()).toList());
        assertEquals(1, results.scalings().size());
        assertEquals(Map.of(), results.environment());
        parse(Page.of(results));
    }

    @Test
    void shouldWriteNumbersAsPeopleReadThem() {
        assertEquals("84.7 M", Numbers.count(84_712_345));
        assertEquals("1 k", Numbers.count(1000));
        assertEquals("0.062", Numbers.plain(0.06204));
        assertEquals("1024", Numbers.whole(1024));
        assertEquals("10 k", Numbers.whole(10_000));
        assertEquals("1 k", Numbers.whole(1000));
        assertEquals("2.5 us", Numbers.time(2500));
        assertEquals("171 ms", Numbers.time(171_000_000));
        assertEquals("999 ns", Numbers.time(999));
    }

    @Test
    void shouldHoldAllValuesBetweenTheEndsOfAnAxis() {
        for (double low : new double[] {0.9, 1, 3e3, 4.99e6, 1e7}) {
            for (double times : new double[] {1, 1.01, 2, 30, 1e5}) {
                Axis axis = Axis.around(new double[] {low, low * times}, 100, 0);
                String failure = axis + " of " + low + " times " + times;
                assertTrue(axis.low() <= low * 1.0001, failure);
                assertTrue(axis.high() >= low * times * 0.9999, failure);
                assertTrue(axis.high() > axis.low(), failure);
                assertTrue(axis.place(low) <= 100.1, failure);
                assertTrue(axis.place(low * times) >= -0.1, failure);
                assertFalse(axis.ticks().isEmpty(), failure);
            }
        }
    }

    private static String goal(Results results, String name) {
        return results.ratios().stream()
                .filter(ratio -> ratio.name().equals(name))
                .findFirst()
                .orElseThrow()
                .goalText();
    }

    private static Box box(Element text) {
        double x = number(text, "x");
        double width = text.getTextContent().length() * LETTER;
        double left =
                switch (text.getAttribute("text-anchor")) {
                    case "middle" -> x - width / 2;
                    case "end" -> x - width;
                    default -> x;
                };
        return new Box(text.getTextContent(), left, left + width, number(text, "y"));
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    private static Document parse(String page) throws Exception {
        String xml = page.substring(page.indexOf('\n') + 1);
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }
}
