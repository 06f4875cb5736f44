package io.penstock.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import org.agrona.IoUtil;

/**
 * A long life of an engine with everything on, for a JVM that collects no garbage: it ends normally
 * if what is allocated, from the JVM's start on, fits into the heap. Prints heap used at the start
 * of {@code main}, when the engine is warm, and at the end; the answers are checked.
 *
 * <p>Exit code 1 when they are wrong or memory is out; 2 for wrong arguments.
 */
public final class EpsilonRun {
    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

    /** A second of events; they come again and again. */
    private static final int EVENT_COUNT = 100_000;

    private static final long STRETCH = 1_000_000;

    private EpsilonRun() {}

    /** Runs so many events. */
    public static void main(String[] args) throws IOException {
        long count = 20_000_000;
        Path parent = null;
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--events") && i + 1 < args.length) {
                count = Options.positive(args[i], args[++i], Long.MAX_VALUE);
            } else if (args[i].equals("--dir") && i + 1 < args.length) {
                parent = Options.folder("--dir", args[++i]);
            } else {
                System.err.println("unknown or incomplete argument: " + args[i]);
                System.exit(2);
            }
        }
        show("start", 0);
        Path directory = Options.newFolder(parent, "epsilon");
        try {
            run(count, directory);
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
        System.out.println("answers are right");
    }

    private static void run(long count, Path directory) {
        Events events = Events.generate(EVENT_COUNT, Setting.FEW_KEYS);
        try (EverythingRun run = new EverythingRun(events, directory)) {
            for (long done = 0; done < count; ) {
                long next = Math.min(STRETCH, count - done);
                run.publish(next);
                done += next;
                if (done == next || done == count) {
                    show("after", done);
                }
            }
            run.end();
        }
        show("end", count);
    }

    private static void show(String when, long events) {
        System.out.println(
                "heap "
                        + when
                        + " "
                        + events
                        + " events: "
                        + MEMORY.getHeapMemoryUsage().getUsed()
                        + " bytes used");
    }
}
