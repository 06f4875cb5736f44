package io.penstock.benchmarks;

import com.lmax.disruptor.Sequence;
import io.penstock.benchmarks.codecs.PaymentEncoder;
import io.penstock.codecs.SystemMessages;
import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.ring.EventRing;
import io.penstock.engine.ring.RingConfig;
import io.penstock.engine.ring.SlotLayout;
import io.penstock.engine.stage.CoreInspections;
import io.penstock.engine.stage.OperatorStage;
import io.penstock.journal.RecordKind;

/**
 * Our operators on a second thread behind our ring, as they are in an engine, without journal and
 * output log: results are added up where the core leaves them.
 */
final class RingToCore extends TwoThreads {
    private static final int HEADER_LENGTH = 8;
    private static final int OUTPUT_BYTES = 4 << 20;
    private static final int BATCH_LIMIT = 1024;
    private static final CoreLimits LIMITS = new CoreLimits(2L << 30, 4096);

    private final Events events;
    private final Pipeline pipeline;
    private final TotalsSink totals;
    private final PaymentEncoder encoder = new PaymentEncoder();
    private Sequence processed;
    private EventRing ring;
    private OutputRing outputs;
    private Core core;
    private OperatorStage stage;

    /**
     * With a pipeline of {@link Pipelines}.
     *
     * @param totals what becomes of results; the pipeline's own sinks are not called
     */
    RingToCore(String name, Events events, Pipeline pipeline, TotalsSink totals) {
        super(name, events.count());
        this.events = events;
        this.pipeline = pipeline;
        this.totals = totals;
    }

    @Override
    void open() {
        processed = new Sequence();
        int stride = SlotLayout.strideFor(HEADER_LENGTH + Events.LENGTH);
        ring = new EventRing(new RingConfig(SlotRing.CAPACITY, stride, 1), 0, processed);
        outputs = new OutputRing(OUTPUT_BYTES);
        core = new Core(pipeline, LIMITS, 1, outputs);
        stage =
                new OperatorStage(
                        ring,
                        core,
                        processed,
                        new NoBarriers(),
                        (oldestTimeNs, records) -> {},
                        new CoreInspections(core),
                        BATCH_LIMIT);
        totals.open(null);
    }

    private static final class NoBarriers implements OperatorStage.BarrierListener {
        @Override
        public boolean isNear() {
            return false;
        }

        @Override
        public void onRehearsed() {}

        @Override
        public void onBarrier(Core core, long sequence) {}
    }

    @Override
    void produce() {
        long[] values = events.values();
        for (int i = 0; i < events.count(); i++) {
            long sequence = claim();
            PenstockPipeline.encode(
                    encoder, ring.buffer(), ring.messageOffset(sequence), values, i * Events.LONGS);
            publish(sequence, RecordKind.DATA, HEADER_LENGTH + Events.LENGTH);
        }
        long sequence = claim();
        SystemMessages.END_OF_SOURCE.wrapAndWriteHeader(
                SystemMessages.END_OF_SOURCE.newEncoder(),
                ring.buffer(),
                ring.messageOffset(sequence));
        publish(
                sequence,
                RecordKind.CONTROL,
                HEADER_LENGTH + SystemMessages.END_OF_SOURCE.blockLength());
    }

    private long claim() {
        long sequence = ring.tryClaim(1);
        while (sequence < 0) {
            pause();
            sequence = ring.tryClaim(1);
        }
        return sequence;
    }

    private void publish(long sequence, byte kind, int length) {
        ring.header(sequence, length, kind, (byte) 0, 0, sequence, sequence, 0);
        ring.publish(sequence, sequence);
    }

    @Override
    void consume() {
        while (processed.get() < events.count()) {
            if (stage.doWork() == 0) {
                pause();
            }
            outputs.drain(this::add, Integer.MAX_VALUE);
        }
        outputs.drain(this::add, Integer.MAX_VALUE);
        totals.flush();
    }

    private boolean add(OutputRecord record) {
        totals.write(record);
        return true;
    }

    @Override
    Answer answer() {
        return totals.answer();
    }

    @Override
    void close() {
        core.close();
        outputs.close();
        ring.close();
    }
}
