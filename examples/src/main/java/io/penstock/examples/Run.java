package io.penstock.examples;

import io.penstock.codecs.MessageType;
import io.penstock.codecs.csv.CsvMapperBuilder;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.Publisher;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.ring.ClaimStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * An engine on a directory, fed with an example's inputs to their end; its sinks are CSV files in
 * that directory. What an earlier run on the same directory has done is not done again.
 */
final class Run implements AutoCloseable {
    private static final int MAX_MESSAGE_LENGTH = 512;
    private static final int RING_CAPACITY = 1024;
    private static final long SEGMENT_LENGTH = 8 << 20;
    private static final long WAIT_NS = 100_000;

    private final Path directory;
    private final boolean isTemporary;
    private final Engine engine;

    private Run(Path directory, boolean isTemporary, Engine engine) {
        this.directory = directory;
        this.isTemporary = isTemporary;
        this.engine = engine;
    }

    /** Opens an engine on the directory of the options, or on one that is deleted at the end. */
    static Run open(Options options, Pipeline pipeline) {
        Path directory = options.directory();
        options.refuseUnknown();
        if (directory != null) {
            return new Run(directory, false, Engine.open(pipeline, config(directory)));
        }
        Path temporary = newDirectory();
        try {
            return new Run(temporary, true, Engine.open(pipeline, config(temporary)));
        } catch (RuntimeException e) {
            delete(temporary);
            throw e;
        }
    }

    /** Small rings and files: the inputs are small. */
    static EngineConfig config(Path directory) {
        return EngineConfig.at(directory)
                .maxMessageLength(MAX_MESSAGE_LENGTH)
                .ringCapacity(RING_CAPACITY)
                .segmentLengthBytes(SEGMENT_LENGTH);
    }

    /** Feeds a source with the CSV file of that name, to its end. */
    Run csv(String source, String name, CsvMapperBuilder mapper) {
        try (InputStream csv = open(name)) {
            engine.ingestCsv(source, mapper, csv, name + ".csv");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** One of the examples' CSV files. */
    static InputStream open(String name) {
        return Run.class.getResourceAsStream(name + ".csv");
    }

    /** Feeds a source with the items of a list, to its end. */
    <E extends MessageEncoderFlyweight, I> Run publish(
            String source, MessageType<?, E> type, List<I> items, BiConsumer<I, E> encode) {
        if (engine.resumePoint(source).hasEnded()) {
            return this;
        }
        try (Publisher publisher = engine.publisher(source)) {
            UnsafeBuffer message = new UnsafeBuffer(new byte[MAX_MESSAGE_LENGTH]);
            E encoder = type.newEncoder();
            for (int i = (int) publisher.resumePosition() + 1; i < items.size(); i++) {
                type.wrapAndWriteHeader(encoder, message, 0);
                encode.accept(items.get(i), encoder);
                offer(publisher, message, type.encodedLength(encoder));
            }
        }
        engine.endSource(source, items.size(), 0);
        return this;
    }

    private void offer(Publisher publisher, UnsafeBuffer message, int length) {
        long status = publisher.offer(message, 0, length);
        while (status == ClaimStatus.BACK_PRESSURED) {
            LockSupport.parkNanos(WAIT_NS);
            status = publisher.offer(message, 0, length);
        }
        if (status < 0) {
            throw new IllegalStateException(
                    "not taken: " + ClaimStatus.name(status), engine.failure());
        }
    }

    /** Waits until everything is out, and prints what sinks wrote; more than one with its name. */
    void print(PrintStream out, String... sinks) {
        engine.awaitIdle();
        for (String sink : sinks) {
            if (sinks.length > 1) {
                out.print("# " + sink + "\n");
            }
            out.print(read(sink));
        }
        out.flush();
    }

    private String read(String sink) {
        try {
            return Files.readString(directory.resolve(sink + ".csv"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        engine.close();
        if (isTemporary) {
            delete(directory);
        }
    }

    static Path newDirectory() {
        try {
            return Files.createTempDirectory("penstock-example");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
