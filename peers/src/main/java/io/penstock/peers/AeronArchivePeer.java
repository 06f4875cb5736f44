package io.penstock.peers;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.ArchivingMediaDriver;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.codecs.SourceLocation;
import io.aeron.archive.status.RecordingPos;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.penstock.benchmarks.Answer;
import io.penstock.benchmarks.Events;
import io.penstock.benchmarks.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

/**
 * Aeron Archive recording an IPC stream, driver and archive in this JVM: one thread publishes, a
 * second consumes, the archive writes behind them. Over when consumer and recorder have everything;
 * afterwards, outside the clock, the recording is replayed and must hold every event.
 */
final class AeronArchivePeer implements Peer {
    static final String IPC = "aeron:ipc";
    private static final String LOOPBACK_ANY_PORT = "aeron:udp?endpoint=127.0.0.1:0";
    private static final String ARCHIVE = "archive";
    private static final int FIRST_STREAM = 1000;
    private static final int REPLAY_STREAM = 999;
    private static final int FRAGMENTS = 256;

    private final Path directory;
    private final ArchivingMediaDriver driver;
    private final AeronArchive archive;
    private int stream = FIRST_STREAM;

    AeronArchivePeer() throws IOException {
        directory = Files.createTempDirectory(Path.of(""), "aeron-").toAbsolutePath();
        Path inMemory = Path.of("/dev/shm");
        String aeronDirectory =
                Files.createTempDirectory(
                                Files.isWritable(inMemory) ? inMemory : directory, "aeron-")
                        .resolve("driver")
                        .toString();
        driver =
                ArchivingMediaDriver.launch(
                        new MediaDriver.Context()
                                .aeronDirectoryName(aeronDirectory)
                                .threadingMode(ThreadingMode.SHARED)
                                .sharedIdleStrategy(new SleepingMillisIdleStrategy(1))
                                .termBufferSparseFile(false)
                                .dirDeleteOnStart(true)
                                .dirDeleteOnShutdown(true),
                        new Archive.Context()
                                .archiveDir(directory.resolve(ARCHIVE).toFile())
                                .aeronDirectoryName(aeronDirectory)
                                .controlChannelEnabled(false)
                                .archiveClientContext(
                                        new AeronArchive.Context().controlResponseChannel(IPC))
                                .recordingEventsEnabled(false)
                                .replicationChannel(LOOPBACK_ANY_PORT)
                                .threadingMode(ArchiveThreadingMode.SHARED)
                                .idleStrategySupplier(BackoffIdleStrategy::new)
                                .fileSyncLevel(0));
        archive =
                AeronArchive.connect(
                        new AeronArchive.Context()
                                .aeronDirectoryName(aeronDirectory)
                                .controlRequestChannel(IPC)
                                .controlResponseChannel(IPC));
    }

    @Override
    public boolean does(Workload workload) {
        return workload == Workload.W1;
    }

    @Override
    public void run(Session session) throws InterruptedException {
        Aeron aeron = archive.context().aeron();
        Tally tally = session.tally();
        int count = session.events().count();
        stream++;
        archive.startRecording(IPC, stream, SourceLocation.LOCAL);
        try (Subscription subscription = aeron.addSubscription(IPC, stream);
                ExclusivePublication publication = aeron.addExclusivePublication(IPC, stream)) {
            CountersReader counters = aeron.countersReader();
            int counter = awaitRecording(publication);
            while (!subscription.isConnected()) {
                Thread.onSpinWait();
            }
            long recording = RecordingPos.getRecordingId(counters, counter);
            Adding consumed = new Adding();
            Thread consumer =
                    new Thread(() -> consumed.consume(subscription, count), "peer-consumer");
            consumer.setDaemon(true);
            consumer.start();
            session.start();
            publish(publication, session.events());
            while (counters.getCounterValue(counter) < publication.position()) {
                Thread.onSpinWait();
            }
            consumer.join();
            tally.end();
            archive.stopRecording(IPC, stream);
            Answer stored = replay(recording, publication.position(), count);
            if (!stored.equals(consumed.answer())) {
                throw new IllegalStateException(
                        "recorded " + stored + " but consumed " + consumed.answer());
            }
            tally.set(stored);
            archive.purgeRecording(recording);
        }
    }

    AeronArchive archive() {
        return archive;
    }

    /** Where recordings are. */
    Path archiveDirectory() {
        return directory.resolve(ARCHIVE);
    }

    /** Waits until a publication is recorded; the counter of the recording's position. */
    int awaitRecording(ExclusivePublication publication) {
        CountersReader counters = archive.context().aeron().countersReader();
        int counter = CountersReader.NULL_COUNTER_ID;
        while (counter == CountersReader.NULL_COUNTER_ID) {
            Thread.onSpinWait();
            counter =
                    RecordingPos.findCounterIdBySession(
                            counters, publication.sessionId(), archive.archiveId());
        }
        return counter;
    }

    private static void publish(ExclusivePublication publication, Events events) {
        long[] longs = events.values();
        BufferClaim claim = new BufferClaim();
        for (int at = 0; at < longs.length; at += Events.LONGS) {
            claim(publication, claim);
            MutableDirectBuffer buffer = claim.buffer();
            int offset = claim.offset();
            for (int i = 0; i < Events.LONGS; i++) {
                buffer.putLong(offset + i * Long.BYTES, longs[at + i]);
            }
            claim.commit();
        }
    }

    /** Publishes the event at an offset. */
    static void publish(
            ExclusivePublication publication, BufferClaim claim, UnsafeBuffer events, int from) {
        claim(publication, claim);
        claim.buffer().putBytes(claim.offset(), events, from, Events.LENGTH);
        claim.commit();
    }

    private static void claim(ExclusivePublication publication, BufferClaim claim) {
        long position = publication.tryClaim(Events.LENGTH, claim);
        while (position < 0) {
            if (position != Publication.BACK_PRESSURED && position != Publication.ADMIN_ACTION) {
                throw new IllegalStateException("cannot publish: status=" + position);
            }
            Thread.onSpinWait();
            position = publication.tryClaim(Events.LENGTH, claim);
        }
    }

    /** Reads a recording back. */
    Answer replay(long recording, long length, long count) {
        Adding adding = new Adding();
        try (Subscription replay = archive.replay(recording, 0, length, IPC, REPLAY_STREAM)) {
            adding.consume(replay, count);
        }
        return adding.answer();
    }

    @Override
    public void close() {
        archive.close();
        driver.close();
        IoUtil.delete(driver.mediaDriver().context().aeronDirectory().getParentFile(), true);
        IoUtil.delete(directory.toFile(), true);
    }

    /** Adds up all values that arrive. */
    private static final class Adding implements FragmentHandler {
        private long count;
        private long sum;

        void consume(Subscription subscription, long events) {
            while (count < events) {
                if (subscription.poll(this, FRAGMENTS) == 0) {
                    Thread.onSpinWait();
                }
            }
        }

        @Override
        public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
            long total = 0;
            for (int i = 0; i < Events.LONGS; i++) {
                total += buffer.getLong(offset + i * Long.BYTES);
            }
            sum += total;
            count++;
        }

        Answer answer() {
            return new Answer(count, sum);
        }
    }
}
