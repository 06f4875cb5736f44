package io.penstock.testkit.simulation;

import io.penstock.codecs.SbeHeader;
import io.penstock.codecs.SystemMessages;
import io.penstock.engine.ring.EventRing;
import io.penstock.engine.ring.RingPublisher;
import io.penstock.journal.RecordKind;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** Sends one source's messages in one life of the engine, from where the journal stopped. */
final class SimulatedPublisher implements AutoCloseable {
    private static final byte[] NOTHING = {};
    private static final byte[] END = endOfSource();

    private final Simulation simulation;
    private final int id;
    private final SimulatedSource source;
    private final RingPublisher publisher;
    private long next;
    private boolean isEnded;
    private long openClaim = -1;

    SimulatedPublisher(Simulation simulation, int id, long next) {
        this.simulation = simulation;
        this.id = id;
        this.next = next;
        this.source = simulation.source(id);
        this.publisher =
                new RingPublisher(
                        simulation.assembly().ring(),
                        id,
                        next - 1,
                        simulation.shownClock(),
                        simulation.pipeline().sources().get(id).type().validator()::validate);
        this.isEnded = simulation.assembly().core().source(id).clock().isEnded();
    }

    /** Sends, claims, commits, gives up, ends; whether anything happened. */
    boolean act(SplittableRandom random) {
        if (openClaim >= 0) {
            if (simulation.faults().strike(Fault.ABORTED_CLAIM, 3)) {
                abort();
            } else if (random.nextInt(3) != 0) {
                commit();
            }
            return true;
        }
        if (next >= source.count()) {
            return random.nextInt(16) == 0 && end();
        }
        return random.nextInt(3) == 0 ? claim() : send();
    }

    /** Ends what is open. */
    void calm() {
        if (openClaim >= 0) {
            commit();
        }
    }

    /** Sends the next message, or the end; whether there was something and space. */
    boolean send() {
        if (next >= source.count()) {
            return end();
        }
        byte[] message = source.message(next);
        publisher.position(next).sourceCheck(SimulatedSource.check(next));
        long sequence = publisher.offer(new UnsafeBuffer(message), 0, message.length);
        if (sequence < 0) {
            return false;
        }
        sent(sequence, RecordKind.DATA, next++, message);
        return true;
    }

    private boolean end() {
        if (isEnded) {
            return false;
        }
        EventRing ring = simulation.assembly().ring();
        long sequence = ring.tryClaim(1);
        if (sequence < 0) {
            return false;
        }
        long position = source.count();
        byte[] message = END.clone();
        ring.buffer().putBytes(ring.messageOffset(sequence), message, 0, message.length);
        ring.header(
                sequence,
                message.length,
                RecordKind.CONTROL,
                (byte) 0,
                id,
                simulation.shownClock().nanoTime(),
                position,
                SimulatedSource.check(position));
        ring.publish(sequence, sequence);
        sent(sequence, RecordKind.CONTROL, position, message);
        isEnded = true;
        return true;
    }

    private static byte[] endOfSource() {
        int length = SystemMessages.END_OF_SOURCE.blockLength() + SbeHeader.LENGTH;
        UnsafeBuffer message = new UnsafeBuffer(new byte[length]);
        SystemMessages.END_OF_SOURCE.wrapAndWriteHeader(
                SystemMessages.END_OF_SOURCE.newEncoder(), message, 0);
        return message.byteArray();
    }

    private void sent(long sequence, byte kind, long position, byte[] message) {
        int check = SimulatedSource.check(position);
        simulation
                .ledger()
                .sent(new JournalRecord(sequence, 0, kind, id, position, check, message));
    }

    private boolean claim() {
        byte[] message = source.message(next);
        long sequence = publisher.claim(message.length);
        if (sequence < 0) {
            return false;
        }
        publisher.buffer().putBytes(publisher.offset(), message);
        openClaim = sequence;
        return true;
    }

    private void commit() {
        publisher.position(next).sourceCheck(SimulatedSource.check(next));
        publisher.commit();
        sent(openClaim, RecordKind.DATA, next, source.message(next));
        next++;
        openClaim = -1;
    }

    private void abort() {
        publisher.abort();
        sent(openClaim, RecordKind.PAD, next - 1, NOTHING);
        openClaim = -1;
    }

    @Override
    public void close() {
        publisher.close();
    }
}
