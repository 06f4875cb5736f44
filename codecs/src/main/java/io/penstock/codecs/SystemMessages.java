package io.penstock.codecs;

import io.penstock.codecs.system.EndOfSourceDecoder;
import io.penstock.codecs.system.EndOfSourceEncoder;
import io.penstock.codecs.system.FrameHeaderDecoder;
import io.penstock.codecs.system.FrameHeaderEncoder;
import io.penstock.codecs.system.RejectedRowDecoder;
import io.penstock.codecs.system.RejectedRowEncoder;
import io.penstock.codecs.system.SnapshotBarrierDecoder;
import io.penstock.codecs.system.SnapshotBarrierEncoder;
import io.penstock.codecs.system.TickDecoder;
import io.penstock.codecs.system.TickEncoder;

/** What the engine itself writes, schema 801. */
public final class SystemMessages {
    /** The IR of the schema. */
    public static final SchemaIr SCHEMA =
            SchemaIr.fromResource(SystemMessages.class, "/schemas/penstock-system.sbeir");

    /** Head of one journal frame. */
    public static final MessageType<FrameHeaderDecoder, FrameHeaderEncoder> FRAME_HEADER =
            MessageType.of(SCHEMA, FrameHeaderDecoder::new, FrameHeaderEncoder::new);

    /** The source has no more events. */
    public static final MessageType<EndOfSourceDecoder, EndOfSourceEncoder> END_OF_SOURCE =
            MessageType.of(SCHEMA, EndOfSourceDecoder::new, EndOfSourceEncoder::new);

    /** The engine's time moved on. */
    public static final MessageType<TickDecoder, TickEncoder> TICK =
            MessageType.of(SCHEMA, TickDecoder::new, TickEncoder::new);

    /** State at this sequence is to be saved. */
    public static final MessageType<SnapshotBarrierDecoder, SnapshotBarrierEncoder>
            SNAPSHOT_BARRIER =
                    MessageType.of(
                            SCHEMA, SnapshotBarrierDecoder::new, SnapshotBarrierEncoder::new);

    /** Part of an input row that could not be read. */
    public static final MessageType<RejectedRowDecoder, RejectedRowEncoder> REJECTED_ROW =
            MessageType.of(SCHEMA, RejectedRowDecoder::new, RejectedRowEncoder::new);

    private SystemMessages() {}
}
