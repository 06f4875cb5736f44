package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.AccountTotalsDecoder;
import io.penstock.benchmarks.codecs.PaymentEncoder;
import io.penstock.codecs.SystemMessages;
import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.Records;
import io.penstock.engine.core.Step;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.state.Prefetch;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A workload through the core alone: no ring, no journal, no threads. Each event is encoded as a
 * message, each result is one; both are part of what is measured.
 */
final class CoreRun implements Contender {
    private static final int HEADER_LENGTH = 8;
    private static final int BATCH = 256;
    private static final int STRIDE = 64;
    private static final int RING_BYTES = 4 << 20;
    private static final CoreLimits LIMITS = new CoreLimits(2L << 30, 4096);

    private final String name;
    private final Events events;
    private final Pipeline pipeline;
    private final UnsafeBuffer messages = new UnsafeBuffer(new byte[BATCH * STRIDE]);
    private final PaymentEncoder encoder = new PaymentEncoder();
    private final AccountTotalsDecoder totals = new AccountTotalsDecoder();
    private final RecordView record = new RecordView();
    private final Records records = this::view;
    private OutputRing ring;
    private Core core;
    private long results;
    private long checksum;
    private long mostStateBytes;

    /** With a pipeline of {@link Pipelines}. */
    CoreRun(String name, Events events, Pipeline pipeline) {
        this.name = name;
        this.events = events;
        this.pipeline = pipeline;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long events() {
        return events.count();
    }

    /** Most bytes of state there were, seen now and then. */
    long mostStateBytes() {
        return mostStateBytes;
    }

    @Override
    public void prepare() {
        ring = new OutputRing(RING_BYTES);
        core = new Core(pipeline, LIMITS, 1, ring);
        results = 0;
        checksum = 0;
        mostStateBytes = 0;
    }

    @Override
    public void run() {
        int count = events.count();
        for (int from = 0; from < count; from += BATCH) {
            runBatch(from, Math.min(count, from + BATCH));
            if ((from & 0xFFFF) == 0) {
                mostStateBytes = Math.max(mostStateBytes, core.stateBytes());
            }
        }
        mostStateBytes = Math.max(mostStateBytes, core.stateBytes());
        SystemMessages.END_OF_SOURCE.wrapAndWriteHeader(
                SystemMessages.END_OF_SOURCE.newEncoder(), messages, 0);
        record.header(count, count, RecordKind.CONTROL, (byte) 0, 0, count, 0);
        record.message(messages, 0, HEADER_LENGTH + SystemMessages.END_OF_SOURCE.blockLength());
        step();
        drain();
    }

    /** As an engine's operators do: encoded by someone else, read ahead, then taken one by one. */
    private void runBatch(int from, int to) {
        long[] values = events.values();
        for (int i = from; i < to; i++) {
            PenstockPipeline.encode(encoder, messages, offset(i), values, i * Events.LONGS);
        }
        for (int at = from; at < to; ) {
            int end = core.isPrefetching() ? Math.min(to, at + Prefetch.CAPACITY) : to;
            if (core.isPrefetching()) {
                for (int i = at; i < end; i++) {
                    core.foresee(view(i, record));
                }
                core.prefetch();
            }
            step(at, end - 1L);
            at = end;
        }
    }

    private void step(long first, long last) {
        long next = first;
        while (next <= last) {
            next = core.run(records, record, next, last) + 1;
            if (next <= last) {
                view(next, record);
                step();
                next++;
            }
        }
    }

    private static int offset(long index) {
        return ((int) index & (BATCH - 1)) * STRIDE;
    }

    private RecordView view(long index, RecordView view) {
        view.header(index, index, RecordKind.DATA, (byte) 0, 0, index, 0);
        view.message(messages, offset(index), HEADER_LENGTH + PaymentEncoder.BLOCK_LENGTH);
        return view;
    }

    private void step() {
        Step step = core.step(record);
        while (step != Step.COMPLETE) {
            if (step == Step.BLOCKED) {
                drain();
            }
            step = core.step(record);
        }
    }

    private void drain() {
        ring.drain(this::add, Integer.MAX_VALUE);
    }

    private boolean add(OutputRecord out) {
        Messages.ACCOUNT_TOTALS.wrap(totals, out.buffer(), out.messageOffset());
        results++;
        checksum +=
                Answer.mix(
                        totals.account(),
                        TimeUnit.NANOSECONDS.toMillis(totals.windowStartNs()),
                        totals.total(),
                        totals.payments(),
                        totals.largest());
        return true;
    }

    @Override
    public Answer finish() {
        core.close();
        ring.close();
        return new Answer(results, checksum);
    }
}
