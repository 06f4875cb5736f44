package io.penstock.codecs;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.ByteOrder;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;
import uk.co.real_logic.sbe.ir.Signal;

/**
 * One SBE message: its ids, its flyweights, the IR of its schema and its validator.
 *
 * <p>The ids are those of the flyweights; IR of another schema or version is refused, because tools
 * would later decode what was written with something else. Immutable; any thread may use it, but a
 * flyweight that it creates belongs to one thread.
 *
 * @param <D> the generated decoder
 * @param <E> the generated encoder
 */
public final class MessageType<
        D extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> {
    private final String name;
    private final SchemaIr schema;
    private final Supplier<D> decoders;
    private final Supplier<E> encoders;
    private final int templateId;
    private final int blockLength;
    private final MessageValidator validator;
    private final BlockLayout layout;

    /** What stands before every message. */
    private final long header;

    private MessageType(String name, SchemaIr schema, Supplier<D> decoders, Supplier<E> encoders) {
        D decoder = decoders.get();
        E encoder = encoders.get();
        this.schema = schema;
        this.decoders = decoders;
        this.encoders = encoders;
        this.templateId = decoder.sbeTemplateId();
        this.blockLength = decoder.sbeBlockLength();
        String type = decoder.getClass().getName();
        requireSame(type, "schema id", decoder.sbeSchemaId(), schema.schemaId());
        requireSame(type, "schema version", decoder.sbeSchemaVersion(), schema.version());
        if (!schema.hasMessage(templateId)) {
            throw mismatch(
                    type + " has template id " + templateId + ", the IR has no such message");
        }
        requireSame(
                type,
                "block length",
                blockLength,
                schema.message(templateId).get(0).encodedLength());
        requireSame(type, "encoder's schema id", encoder.sbeSchemaId(), schema.schemaId());
        requireSame(type, "encoder's version", encoder.sbeSchemaVersion(), schema.version());
        requireSame(type, "encoder's template id", encoder.sbeTemplateId(), templateId);
        this.name = name == null ? schema.messageName(templateId) : name;
        this.validator = schema.validator(templateId);
        this.layout = schema.layout(templateId);
        this.header = SbeHeader.word(blockLength, templateId, schema.schemaId(), schema.version());
    }

    /** Describes the message whose flyweights are given, named as in the schema. */
    public static <D extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>
            MessageType<D, E> of(SchemaIr schema, Supplier<D> decoders, Supplier<E> encoders) {
        return new MessageType<>(null, schema, decoders, encoders);
    }

    /** Describes the message whose flyweights are given, under a name of the caller's. */
    public static <D extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>
            MessageType<D, E> of(
                    String name, byte[] irBytes, Supplier<D> decoders, Supplier<E> encoders) {
        return new MessageType<>(name, SchemaIr.fromBytes(name, irBytes), decoders, encoders);
    }

    /** What users call the message. */
    public String name() {
        return name;
    }

    /** The id of its schema. */
    public int schemaId() {
        return schema.schemaId();
    }

    /** Its id within the schema. */
    public int templateId() {
        return templateId;
    }

    /** The version that the encoder writes. */
    public int version() {
        return schema.version();
    }

    /** Bytes of the root block that the encoder writes. */
    public int blockLength() {
        return blockLength;
    }

    /** Whether it is its root block alone, without groups and texts. */
    public boolean hasFixedLength() {
        return schema.message(templateId).stream()
                .noneMatch(
                        token ->
                                token.signal() == Signal.BEGIN_GROUP
                                        || token.signal() == Signal.BEGIN_VAR_DATA);
    }

    /** The IR of its schema. */
    public SchemaIr schema() {
        return schema;
    }

    /** The serialized IR of its schema, to be stored beside the data. */
    public byte[] irBytes() {
        return schema.toBytes();
    }

    /** Accepts this message only. */
    public MessageValidator validator() {
        return validator;
    }

    /** A decoder of the caller's own. */
    public D newDecoder() {
        return decoders.get();
    }

    /** An encoder of the caller's own. */
    public E newEncoder() {
        return encoders.get();
    }

    /**
     * Puts a decoder on a message, header included, at its acting block length and version. The
     * message must have passed the {@link #validator()} once.
     */
    public void wrap(D decoder, DirectBuffer buffer, int offset) {
        decoder.wrap(
                buffer,
                offset + SbeHeader.LENGTH,
                SbeHeader.blockLength(buffer, offset),
                SbeHeader.version(buffer, offset));
    }

    /** Writes the message header and puts an encoder behind it. */
    public void wrapAndWriteHeader(E encoder, MutableDirectBuffer buffer, int offset) {
        buffer.putLong(offset, header, ByteOrder.LITTLE_ENDIAN);
        encoder.wrap(buffer, offset + SbeHeader.LENGTH);
    }

    /** Bytes of the message that the encoder has written so far, header included. */
    public int encodedLength(E encoder) {
        return SbeHeader.LENGTH + encoder.encodedLength();
    }

    /**
     * Ends a message, header included, where its encoder has written: groups and variable data that
     * were not set are written as empty ones. Without that, who reads them reads whatever bytes
     * follow.
     *
     * @return bytes of the whole message, header included
     */
    public int complete(E encoder, MutableDirectBuffer buffer, int offset) {
        int end = offset + encodedLength(encoder);
        if (layout.groups.length == 0 && layout.data.length == 0) {
            return end - offset;
        }
        int tail = offset + SbeHeader.LENGTH + blockLength;
        return BlankTail.write(buffer, tail, end, layout) - offset;
    }

    /** The name and the ids. */
    @Override
    public String toString() {
        return name
                + "(schema="
                + schemaId()
                + ", template="
                + templateId
                + ", version="
                + version()
                + ")";
    }

    private static void requireSame(String type, String what, int inCode, int inIr) {
        if (inCode != inIr) {
            throw mismatch(type + " has " + what + " " + inCode + ", the IR has " + inIr);
        }
    }

    private static PenstockException mismatch(String difference) {
        return new PenstockException(
                Category.CONFIGURATION,
                "flyweights and schema IR must be generated from the same schema: "
                        + difference
                        + " (generate both again)");
    }
}
