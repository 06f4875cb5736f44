package io.penstock.cli.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** All targets; as a program it writes their seeds to folders, for a fuzzer to start from. */
public final class Targets {
    static final List<FuzzTarget> ALL =
            List.of(
                    new MessageFuzz(),
                    new CsvFuzz(),
                    new ValueFuzz(),
                    new SchemaFuzz(),
                    new CommandFuzz(),
                    new IdentityFuzz(),
                    new PlanFuzz(),
                    new CountersFuzz(),
                    new MarkFuzz(),
                    new MemoryJournalFuzz(),
                    new SegmentJournalFuzz(),
                    new ChronicleJournalFuzz(),
                    new SnapshotFuzz(),
                    new RestoreFuzz(),
                    new OutputLogFuzz());

    private Targets() {}

    /** Writes seeds to one folder a target below the folder that is the argument. */
    public static void main(String[] args) throws IOException {
        for (FuzzTarget target : ALL) {
            Path folder = Files.createDirectories(Path.of(args[0]).resolve(target.name()));
            List<byte[]> seeds = target.seeds();
            for (int i = 0; i < seeds.size(); i++) {
                Files.write(folder.resolve("seed-" + i), seeds.get(i));
            }
        }
    }
}
