package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.AccountTotalsDecoder;
import io.penstock.benchmarks.codecs.PaymentEncoder;
import io.penstock.codecs.SystemMessages;
import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.Step;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.pipeline.Pipeline;
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
    private static final int RING_BYTES = 4 << 20;
    private static final CoreLimits LIMITS = new CoreLimits(2L << 30, 4096);

    private final String name;
    private final Events events;
    private final Pipeline pipeline;
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[256]);
    private final PaymentEncoder encoder = new PaymentEncoder();
    private final AccountTotalsDecoder totals = new AccountTotalsDecoder();
    private final RecordView record = new RecordView();
    private OutputRing ring;
    private Core core;
    private long sequence;
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
        sequence = 0;
        results = 0;
        checksum = 0;
        mostStateBytes = 0;
    }

    @Override
    public void run() {
        long[] values = events.values();
        message.putShort(0, (short) PaymentEncoder.BLOCK_LENGTH);
        message.putShort(2, (short) PaymentEncoder.TEMPLATE_ID);
        message.putShort(4, (short) PaymentEncoder.SCHEMA_ID);
        message.putShort(6, (short) PaymentEncoder.SCHEMA_VERSION);
        for (int at = 0; at < values.length; at += Events.LONGS) {
            encoder.wrap(message, HEADER_LENGTH)
                    .paymentId(values[at + Events.ID])
                    .account(values[at + Events.ACCOUNT])
                    .eventTimeMs(values[at + Events.TIME_MS])
                    .amount(values[at + Events.AMOUNT])
                    .merchant(values[at + Events.MERCHANT])
                    .flags(values[at + Events.FLAGS]);
            feed(RecordKind.DATA, HEADER_LENGTH + PaymentEncoder.BLOCK_LENGTH);
            if ((sequence & 0xFFFF) == 0) {
                mostStateBytes = Math.max(mostStateBytes, core.stateBytes());
            }
        }
        mostStateBytes = Math.max(mostStateBytes, core.stateBytes());
        SystemMessages.END_OF_SOURCE.wrapAndWriteHeader(
                SystemMessages.END_OF_SOURCE.newEncoder(), message, 0);
        feed(RecordKind.CONTROL, HEADER_LENGTH + SystemMessages.END_OF_SOURCE.blockLength());
        drain();
    }

    private void feed(byte kind, int length) {
        record.header(sequence, sequence, kind, (byte) 0, 0, sequence, 0);
        record.message(message, 0, length);
        sequence++;
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
