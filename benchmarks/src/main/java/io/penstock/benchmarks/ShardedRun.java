package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.PaymentEncoder;
import io.penstock.codecs.SystemMessages;
import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.Records;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.core.Step;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * W2 shared by an engine's cores, a thread each, over records that were encoded beforehand: no
 * ring, no journal, so that nothing but the cores is on the processors. A core without shards runs
 * on the caller's thread.
 */
final class ShardedRun implements Contender {
    private static final int HEADER_LENGTH = 8;
    private static final int MESSAGE_LENGTH = HEADER_LENGTH + Events.LENGTH;
    private static final int RING_BYTES = 4 << 20;
    private static final CoreLimits LIMITS = new CoreLimits(2L << 30, 4096);

    /** Most records of a turn, as in the engine. */
    private static final int BATCH = 1024;

    // How a thread waits, as the engine's do where there are more of them than processors.
    private static final int SPINS = 10;
    private static final int YIELDS = 5;
    private static final long MIN_PARK_NS = 1_000;
    private static final long MAX_PARK_NS = 100_000;

    private final String name;
    private final Events events;
    private final int shards;
    private final UnsafeBuffer messages;
    private final UnsafeBuffer end = new UnsafeBuffer(new byte[64]);
    private final TotalsSink sink = new TotalsSink();
    private OutputRing ring;
    private Core core;
    private volatile Throwable failure;

    ShardedRun(String name, Events events, int shards) {
        this.name = name;
        this.events = events;
        this.shards = shards;
        int count = events.count();
        messages = new UnsafeBuffer(new byte[Math.multiplyExact(count, MESSAGE_LENGTH)]);
        PaymentEncoder encoder = new PaymentEncoder();
        for (int i = 0; i < count; i++) {
            PenstockPipeline.encode(
                    encoder, messages, i * MESSAGE_LENGTH, events.values(), i * Events.LONGS);
        }
        SystemMessages.END_OF_SOURCE.wrapAndWriteHeader(
                SystemMessages.END_OF_SOURCE.newEncoder(), end, 0);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long events() {
        return events.count();
    }

    @Override
    public void prepare() {
        sink.open(null);
        ring = new OutputRing(RING_BYTES);
        core =
                Core.create(
                        Pipelines.tumbling(Sinks.custom(sink)),
                        LIMITS,
                        1,
                        ring,
                        ShardConfig.of(shards));
        failure = null;
    }

    @Override
    public void run() {
        List<Thread> threads = new ArrayList<>();
        for (Core shard : core.shards()) {
            threads.add(new Thread(() -> guarded(shard), "shard" + threads.size()));
        }
        threads.forEach(Thread::start);
        guarded(core);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        if (failure != null) {
            throw new IllegalStateException(name, failure);
        }
        drain();
        sink.flush();
    }

    private void guarded(Core part) {
        try {
            feed(part);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    /** Runs of records, and steps where a run ends: as the engine feeds its cores. */
    private void feed(Core part) {
        RecordView record = new RecordView();
        Records records = (sequence, view) -> view((int) sequence, view);
        int count = events.count();
        int next = 0;
        IdleStrategy idle = new BackoffIdleStrategy(SPINS, YIELDS, MIN_PARK_NS, MAX_PARK_NS);
        while (next <= count && failure == null) {
            int from = next;
            if (!part.isInRecord()) {
                int last = Math.min(count, next + BATCH - 1);
                next = (int) part.run(records, record, next, last) + 1;
                if (next > last) {
                    continue;
                }
            }
            Step step = part.step(view(next, record));
            next += step == Step.COMPLETE ? 1 : 0;
            if (next != from || step == Step.MORE) {
                idle.reset();
            } else if (part == core && !ring.isEmpty()) {
                drain();
            } else {
                idle.idle();
            }
        }
    }

    private RecordView view(int index, RecordView record) {
        boolean isEnd = index == events.count();
        record.header(
                index, index, isEnd ? RecordKind.CONTROL : RecordKind.DATA, (byte) 0, 0, index, 0);
        return isEnd
                ? record.message(end, 0, HEADER_LENGTH + SystemMessages.END_OF_SOURCE.blockLength())
                : record.message(messages, index * MESSAGE_LENGTH, MESSAGE_LENGTH);
    }

    private void drain() {
        ring.drain(this::add, Integer.MAX_VALUE);
    }

    private boolean add(OutputRecord out) {
        sink.write(out);
        return true;
    }

    @Override
    public Answer finish() {
        core.close();
        ring.close();
        return sink.answer();
    }
}
