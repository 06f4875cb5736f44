package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.pipelines.CardVelocitySettings;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Durability;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CommandTreeTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Recorder operations = new Recorder();

    @Test
    void shouldReadAllArgumentsOfRun() {
        int exitCode =
                execute(
                        "run",
                        "card-velocity",
                        "--input",
                        "in.csv.gz",
                        "--dir=some dir",
                        "--output",
                        "out.csv",
                        "--late",
                        "late.csv",
                        "--durability",
                        "none",
                        "--layout",
                        "dedicated",
                        "--set",
                        "spend-limit=5",
                        "--set",
                        "disorder=3s");

        assertEquals(0, exitCode, errText());
        RunRequest request = (RunRequest) operations.request;
        assertEquals(Path.of("in.csv.gz"), request.input());
        assertEquals(Path.of("some dir"), request.directory());
        assertEquals(Path.of("out.csv"), request.output());
        assertEquals(Path.of("late.csv"), request.late());
        assertEquals(Durability.NONE, request.durability());
        assertEquals(RunRequest.Layout.DEDICATED, request.layout());
        CardVelocitySettings settings = (CardVelocitySettings) request.settings();
        assertEquals(5, settings.spendLimit());
        assertEquals(3_000_000_000L, settings.disorderNs());
    }

    @Test
    void shouldTakeADashForStandardInputAndDefaultsForTheRest() {
        assertEquals(0, execute("run", "ohlc", "--input", "-", "--dir", "d"), errText());

        RunRequest request = (RunRequest) operations.request;
        assertNull(request.input());
        assertNull(request.output());
        assertNull(request.late());
        assertEquals(Durability.PROCESS, request.durability());
        assertNull(request.layout());
    }

    @Test
    void shouldNotReadArgumentsFromFiles() {
        assertEquals(0, execute("run", "ohlc", "--input", "@in", "--dir", "@dir"), errText());
        assertEquals(Path.of("@in"), ((RunRequest) operations.request).input());
    }

    @Test
    void shouldReadArgumentsOfTheOtherCommands() {
        execute("replay", "--dir", "d", "--to", "17", "--output", "o");
        assertEquals(
                new ReplayRequest(Path.of("d"), 17, Path.of("o"), null, false, false),
                operations.request);
        execute("replay", "--dir", "d");
        assertEquals(
                new ReplayRequest(Path.of("d"), -1, null, null, false, false), operations.request);
        execute("journal", "info", "d");
        assertEquals(
                JournalRequest.of(JournalRequest.Action.INFO, Path.of("d"), false),
                operations.request);
        execute("journal", "trim", "d", "--dry-run");
        assertEquals(
                JournalRequest.of(JournalRequest.Action.TRIM, Path.of("d"), true),
                operations.request);
        execute("journal", "cat", "d", "--from", "3", "--to=9", "--format", "csv");
        assertEquals(
                new JournalRequest(
                        JournalRequest.Action.CAT,
                        Path.of("d"),
                        3,
                        9,
                        JournalRequest.Format.CSV,
                        false,
                        false),
                operations.request);
        execute("stat", "d", "--watch");
        assertEquals(new StatRequest(Path.of("d"), true), operations.request);
        execute("demo", "--events", "10", "--seed", "-3", "--dir", "d");
        assertEquals(new DemoRequest(10, -3, Path.of("d")), operations.request);
    }

    @Test
    void shouldEndWithUsageAndTheNearestName() {
        assertUsage("unknown command 'pipeline' (did you mean 'pipelines'?)", "pipeline");
        assertUsage("unknown command 'verfy' (did you mean 'verify'?)", "journal", "verfy", "d");
        assertUsage("unknown option '--evnts' (did you mean '--events'?)", "demo", "--evnts=5");
        assertUsage(
                "unknown pipeline 'agregate' (did you mean 'aggregate'?)",
                "run",
                "agregate",
                "--input",
                "i",
                "--dir",
                "d");
        assertUsage(
                "unknown parameter 'prize' (did you mean 'price'?)",
                "run",
                "ohlc",
                "--input",
                "i",
                "--dir",
                "d",
                "--set",
                "prize=p");
        assertUsage(
                "did you mean 'dedicated'?",
                "run",
                "ohlc",
                "--input",
                "i",
                "--dir",
                "d",
                "--layout",
                "dedicate");
    }

    @Test
    void shouldEndWithUsageWhenArgumentsAreMissingOrWrong() {
        assertUsage("a command is missing");
        assertUsage("a command is missing", "journal");
        assertUsage("--dir", "run", "ohlc", "--input", "i");
        assertUsage("PIPELINE", "run", "--input", "i", "--dir", "d");
        assertUsage("--events must be an integer in 1..", "demo", "--events", "0");
        assertUsage("--events must be an integer in 1..", "demo", "--events", "many");
        assertUsage("--dir must not be empty", "replay", "--dir", "");
        assertUsage("only once", "replay", "--dir", "a", "--dir", "b");
        assertUsage("unexpected argument 'e'", "stat", "d", "e");
    }

    @Test
    void shouldMapCategoriesToExitCodes() {
        Map<Category, Integer> expected =
                Map.of(
                        Category.CONFIGURATION, 2,
                        Category.INPUT, 3,
                        Category.LOCKED, 4,
                        Category.OTHER_PLAN, 4,
                        Category.OTHER_INPUT, 4,
                        Category.DAMAGE, 5,
                        Category.STORAGE, 1,
                        Category.LIMIT, 1,
                        Category.FAILED, 1);
        for (Category category : Category.values()) {
            operations.fault = new PenstockException(category, "the message");
            err.reset();
            assertEquals(expected.get(category), execute("stat", "d"), category::name);
            assertEquals("penstock: the message\n", errText());
        }
    }

    @Test
    void shouldHideStackTracesUnlessAsked() {
        operations.fault = new IllegalStateException("a fault of ours");

        assertEquals(1, execute("stat", "d"));
        assertTrue(errText().contains("internal fault"), errText());
        assertFalse(errText().contains("\tat "), errText());
        assertEquals(1, execute("stat", "d", "--debug"));
        assertTrue(errText().contains("\tat "), errText());
    }

    @Test
    void shouldReadAllArgumentsOfWhyAndState() {
        assertEquals(0, execute("why", "d", "--at", "7"), errText());
        assertEquals(new WhyRequest(Path.of("d"), "7"), operations.request);
        assertEquals(
                0,
                execute(
                        "state", "d", "--at=7", "--stage", "s", "--state", "t", "--key", "k",
                        "--limit", "3"),
                errText());
        assertEquals(new StateRequest(Path.of("d"), "7", "s", "t", "k", 3), operations.request);
        assertEquals(0, execute("state", "d"), errText());
        assertEquals(
                new StateRequest(Path.of("d"), null, null, null, null, 100), operations.request);
        operations.request = null;
        assertUsage("--state needs a --stage", "state", "d", "--state", "t");
        assertUsage("--limit", "state", "d", "--limit", "many");
    }

    @Test
    void shouldPrintHelpAndVersionOnStandardOutput() {
        assertEquals(0, execute("--help"));
        for (String command :
                new String[] {
                    "demo", "run", "replay", "journal", "stat", "why", "state", "pipelines"
                }) {
            assertTrue(outText().contains("\n  " + command + " "), outText());
        }
        out.reset();
        assertEquals(0, execute("run", "--help"));
        assertTrue(outText().contains("--durability"), outText());
        assertFalse(outText().contains("\u001b"), "no control characters");
        out.reset();
        assertEquals(0, execute("--version"));
        assertTrue(outText().matches("(?s)penstock \\d+\\.\\d+\\.\\d+\\R.*"), outText());
        assertEquals("", errText());
    }

    @Test
    void shouldListPipelinesWithColumnsParametersAndDefaults() {
        assertEquals(0, execute("pipelines"));
        String text = outText();
        for (String part :
                new String[] {
                    "aggregate: ",
                    "window=tumbling:SIZE[@ZONE]|hopping:SIZE:EVERY[@ZONE]|",
                    "(required)",
                    "ohlc: ",
                    "interval=DURATION",
                    "(default 1m)",
                    "card-velocity: ",
                    "seq,ts,tx_id,customer,terminal,amount",
                    "velocity-window=DURATION",
                    "(default 1h)",
                    "(default 60000)",
                    "disorder=DURATION",
                    "(default 0s)",
                    "time-unit=ms|s|us|ns|iso",
                    "(default ms)"
                }) {
            assertTrue(text.contains(part), part + " in " + text);
        }
    }

    private void assertUsage(String message, String... arguments) {
        err.reset();
        assertEquals(2, execute(arguments), errText());
        assertTrue(errText().startsWith("penstock: "), errText());
        assertTrue(errText().contains(message), message + " in " + errText());
        assertEquals(1, errText().lines().count(), errText());
        assertNull(operations.request);
    }

    private int execute(String... arguments) {
        Terminal terminal = new Terminal(stream(out), stream(err), false, false);
        return new CommandTree(terminal, operations).execute(arguments);
    }

    private String outText() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errText() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    /** Remembers what was asked for, and fails if told to. */
    private static final class Recorder implements Operations {
        private Object request;
        private RuntimeException fault;

        @Override
        public int run(RunRequest runRequest, Terminal terminal) {
            return record(runRequest);
        }

        @Override
        public int replay(ReplayRequest replayRequest, Terminal terminal) {
            return record(replayRequest);
        }

        @Override
        public int journal(JournalRequest journalRequest, Terminal terminal) {
            return record(journalRequest);
        }

        @Override
        public int audit(AuditRequest auditRequest, Terminal terminal) {
            return record(auditRequest);
        }

        @Override
        public int stat(StatRequest statRequest, Terminal terminal) {
            return record(statRequest);
        }

        @Override
        public int why(WhyRequest whyRequest, Terminal terminal) {
            return record(whyRequest);
        }

        @Override
        public int state(StateRequest stateRequest, Terminal terminal) {
            return record(stateRequest);
        }

        @Override
        public int demo(DemoRequest demoRequest, Terminal terminal) {
            return record(demoRequest);
        }

        private int record(Object asked) {
            if (fault != null) {
                throw fault;
            }
            request = asked;
            return ExitCode.OK;
        }
    }
}
