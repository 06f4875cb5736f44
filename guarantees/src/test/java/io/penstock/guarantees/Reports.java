package io.penstock.guarantees;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What the tests of all modules printed, from the reports of this build.
 *
 * @param evidence all lines, in order; those of one kind added up
 * @param missing modules that have tests and no report of this build
 */
record Reports(List<Evidence> evidence, List<String> missing) {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final String OWN = "guarantees";

    /**
     * Reads the reports of all modules.
     *
     * @param root of the project
     * @param began when this build did; older reports are of another
     */
    static Reports read(Path root, Instant began)
            throws IOException, ParserConfigurationException, SAXException {
        List<Evidence> evidence = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        Matcher matcher = MODULE.matcher(Files.readString(root.resolve("pom.xml")));
        while (matcher.find()) {
            String module = matcher.group(1);
            if (module.equals(OWN) || !Files.isDirectory(root.resolve(module + "/src/test/java"))) {
                continue;
            }
            List<Path> fresh = fresh(root.resolve(module + "/target/surefire-reports"), began);
            if (fresh.isEmpty()) {
                missing.add(module);
            }
            for (Path report : fresh) {
                addAll(evidence, report, module);
            }
        }
        return new Reports(evidence.stream().sorted().toList(), missing);
    }

    private static List<Path> fresh(Path folder, Instant began) throws IOException {
        List<Path> fresh = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.sorted().toList()) {
                    String name = file.getFileName().toString();
                    if (name.startsWith("TEST-")
                            && name.endsWith(".xml")
                            && !Files.getLastModifiedTime(file).toInstant().isBefore(began)) {
                        fresh.add(file);
                    }
                }
            }
        }
        return fresh;
    }

    private static void addAll(List<Evidence> evidence, Path report, String module)
            throws IOException, ParserConfigurationException, SAXException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        NodeList cases =
                builder.parse(report.toFile())
                        .getDocumentElement()
                        .getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            Element one = (Element) cases.item(i);
            if (has(one, "failure") || has(one, "error")) {
                continue; // proves nothing
            }
            String name = one.getAttribute("classname");
            String test = name.substring(name.lastIndexOf('.') + 1);
            StringBuilder text = new StringBuilder();
            // What a test that gave up had printed may be nowhere but in its reason.
            for (String element : List.of("system-out", "skipped")) {
                NodeList nodes = one.getElementsByTagName(element);
                for (int n = 0; n < nodes.getLength(); n++) {
                    Element node = (Element) nodes.item(n);
                    String content = node.getTextContent() + '\n' + node.getAttribute("message");
                    if (element.equals("skipped")) {
                        content = content.replaceAll("(?m)^.*?: (?=GUARANTEE )", "");
                    }
                    text.append(content).append('\n');
                }
            }
            for (String line : text.toString().lines().toList()) {
                Evidence.parse(line, module, test).ifPresent(found -> add(evidence, found));
            }
        }
    }

    private static boolean has(Element testcase, String element) {
        return testcase.getElementsByTagName(element).getLength() > 0;
    }

    private static void add(List<Evidence> evidence, Evidence found) {
        for (int i = 0; i < evidence.size(); i++) {
            Evidence other = evidence.get(i);
            if (other.isSameAs(found) && other.isRun() == found.isRun()) {
                if (found.isRun()) {
                    evidence.set(i, other.plus(found));
                }
                return;
            }
        }
        evidence.add(found);
    }
}
