package io.penstock.peers;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.codecs.SourceLocation;
import io.aeron.archive.status.RecordingPos;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.penstock.benchmarks.Answer;
import io.penstock.benchmarks.Events;
import io.penstock.benchmarks.Sustained;
import io.penstock.benchmarks.SustainedLog;
import java.io.IOException;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

/**
 * Aeron Archive recording for as long as the disk sets the pace: an event is a message, nobody but
 * the archive takes it. Argument: gigabytes. The working folder is where it writes.
 */
public final class SustainedAeron implements SustainedLog {
    private static final int STREAM = 1000;

    private final AeronArchivePeer peer;
    private final ExclusivePublication publication;
    private final CountersReader counters;
    private final BufferClaim claim = new BufferClaim();
    private final int counter;
    private final long recording;
    private long appended;

    SustainedAeron(AeronArchivePeer peer) {
        this.peer = peer;
        AeronArchive archive = peer.archive();
        Aeron aeron = archive.context().aeron();
        archive.startRecording(AeronArchivePeer.IPC, STREAM, SourceLocation.LOCAL);
        publication = aeron.addExclusivePublication(AeronArchivePeer.IPC, STREAM);
        counters = aeron.countersReader();
        counter = peer.awaitRecording(publication);
        recording = RecordingPos.getRecordingId(counters, counter);
    }

    /** Fills a recording, and prints its lines. */
    public static void main(String[] args) throws IOException {
        try (AeronArchivePeer peer = new AeronArchivePeer();
                SustainedAeron log = new SustainedAeron(peer)) {
            Sustained.run(
                    "aeron-archive",
                    log,
                    Long.parseLong(args[0]) * 1_000_000_000,
                    System.out::println);
        }
    }

    @Override
    public int bytesPerEvent() {
        return BitUtil.align(
                DataHeaderFlyweight.HEADER_LENGTH + Events.LENGTH, FrameDescriptor.FRAME_ALIGNMENT);
    }

    @Override
    public void append(UnsafeBuffer batch, long firstEvent, int count) {
        for (int i = 0; i < count; i++) {
            AeronArchivePeer.publish(publication, claim, batch, i * Events.LENGTH);
        }
        appended += count;
    }

    @Override
    public void force() throws IOException {
        while (counters.getCounterValue(counter) < publication.position()) {
            Thread.onSpinWait();
        }
        SustainedLog.forceAll(peer.archiveDirectory());
    }

    @Override
    public Answer readBack() {
        return peer.replay(recording, publication.position(), appended);
    }

    @Override
    public void close() {
        publication.close();
    }
}
