package io.penstock.cli.fuzz;

import io.penstock.cli.FuzzCommands;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Arguments of the command line, one a line; a NUL stands for a line end within one. */
public final class CommandFuzz implements FuzzTarget {
    private static final CommandFuzz TARGET = new CommandFuzz();
    private static final int MOST = 64;

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] input) {
        TARGET.run(input);
    }

    @Override
    public Verdict run(byte[] input) {
        String[] args = new String(input, StandardCharsets.UTF_8).split("\n", MOST);
        for (int i = 0; i < args.length; i++) {
            args[i] = args[i].replace('\0', '\n');
        }
        StringBuilder err = new StringBuilder();
        int exitCode = FuzzCommands.parse(err, args);
        String said = err.toString();
        if (said.contains("internal fault")) {
            throw new AssertionError(said);
        }
        boolean isTraced = said.contains("\tat io.penstock.");
        if (!isTraced) {
            Typed.requirePrintable(
                    said.endsWith("\n") ? said.substring(0, said.length() - 1) : said);
        }
        return exitCode == 0 ? Verdict.ACCEPTED : Verdict.REFUSED;
    }

    @Override
    public List<byte[]> seeds() {
        return Bytes.all(
                "run\naggregate\n--input\nin.csv\n--dir\nd\n--set\nkey=k\n--set\nvalue=v\n--set\n"
                        + "time=t\n--set\nwindow=tumbling:5m\n--durability\nperiodic:10ms",
                "run\nohlc\n--input\n-\n--dir=d\n--layout\ndedicated\n--late\nl.csv\n--output\no",
                "replay\n--dir\nd\n--to\n17\n--output\no",
                "journal\nverify\nd",
                "journal\ncat\nd\n--from\n5\n--limit\n3\n--format\ncsv",
                "state\nd\n--at\n2026-01-31T12:00:00Z\n--key\nk\n--limit\n5",
                "why\nd\n--sink\noutput\n--ordinal\n3",
                "stat\nd",
                "pipelines",
                "demo\n--events\n1000\n--kills\n2",
                "run\naggregat\u0000\u001b[31m\n--inputt\nx\n--debug",
                "--help");
    }

    @Override
    public int perMille() {
        return 100;
    }
}
