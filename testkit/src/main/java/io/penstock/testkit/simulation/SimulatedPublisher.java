package io.penstock.testkit.simulation;

import io.penstock.engine.ring.RingPublisher;
import io.penstock.journal.RecordKind;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** Sends one source's messages in one life of the engine, from where the journal stopped. */
final class SimulatedPublisher implements AutoCloseable {
    private static final byte[] NOTHING = {};

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
        this.publisher = simulation.newPublisher(id, next);
        this.isEnded = simulation.assembly().core().source(id).clock().isEnded();
    }

    /** Sends, claims, commits, gives up, ends; whether anything happened. */
    boolean act(SplittableRandom random) {
        if (openClaim >= 0) {
            if (simulation.options().abortsClaims() && random.nextInt(3) == 0) {
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
        simulation.noteSent(sequence, RecordKind.DATA, id, next++, message);
        return true;
    }

    private boolean end() {
        if (!isEnded && simulation.endSource(id, source.count())) {
            isEnded = true;
            return true;
        }
        return false;
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
        simulation.noteSent(openClaim, RecordKind.DATA, id, next, source.message(next));
        next++;
        openClaim = -1;
    }

    private void abort() {
        publisher.abort();
        simulation.noteSent(openClaim, RecordKind.PAD, id, next - 1, NOTHING);
        openClaim = -1;
    }

    @Override
    public void close() {
        publisher.close();
    }
}
