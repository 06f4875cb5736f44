package io.penstock.codecs;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import uk.co.real_logic.sbe.ir.Token;

/** Builds messages of any schema by walking its tokens: an encoder that knows no classes. */
final class MessageBytes {
    private final Random random;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Offsets of everything that is a length or a count: the places worth breaking. */
    private final List<Integer> sizeOffsets = new ArrayList<>();

    private MessageBytes(Random random) {
        this.random = random;
    }

    /** A random message as an encoder of that schema would write it. */
    static byte[] random(SchemaIr schema, int templateId, Random random) {
        return build(schema, templateId, random).out.toByteArray();
    }

    /** A random message of which one length or count has been replaced by a random one. */
    static byte[] withBrokenSize(SchemaIr schema, int templateId, Random random) {
        MessageBytes message = build(schema, templateId, random);
        byte[] bytes = message.out.toByteArray();
        int at = message.sizeOffsets.get(random.nextInt(message.sizeOffsets.size()));
        bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(8));
        return bytes;
    }

    private static MessageBytes build(SchemaIr schema, int templateId, Random random) {
        MessageBytes message = new MessageBytes(random);
        List<Token> tokens = schema.message(templateId);
        message.sizeOffsets.add(0);
        message.size(2, tokens.get(0).encodedLength());
        message.size(2, templateId);
        message.size(2, schema.schemaId());
        message.size(2, schema.version());
        message.block(tokens.get(0).encodedLength());
        message.tail(tokens, 1, tokens.size() - 1);
        return message;
    }

    static UnsafeBuffer exact(byte[] bytes) {
        return new UnsafeBuffer(bytes.clone());
    }

    private void tail(List<Token> tokens, int from, int to) {
        for (int i = from; i < to; i += tokens.get(i).componentTokenCount()) {
            Token token = tokens.get(i);
            switch (token.signal()) {
                case BEGIN_GROUP -> group(tokens, i);
                case BEGIN_VAR_DATA -> {
                    int size = tokens.get(i + 2).encodedLength();
                    int length = random.nextInt(9);
                    sizeOffsets.add(out.size());
                    size(size, length);
                    for (int j = 0; j < length; j++) {
                        out.write(random.nextInt(4) == 0 ? random.nextInt() : 'a');
                    }
                }
                default -> {}
            }
        }
    }

    private void group(List<Token> tokens, int index) {
        int count = random.nextInt(4);
        int blockLength = tokens.get(index).encodedLength();
        sizeOffsets.add(out.size());
        size(tokens.get(index + 2).encodedLength(), blockLength);
        sizeOffsets.add(out.size());
        size(tokens.get(index + 3).encodedLength(), count);
        int body = index + 1 + tokens.get(index + 1).componentTokenCount();
        for (int i = 0; i < count; i++) {
            block(blockLength);
            tail(tokens, body, index + tokens.get(index).componentTokenCount() - 1);
        }
    }

    private void block(int length) {
        for (int i = 0; i < length; i++) {
            out.write(random.nextInt(3) == 0 ? 0 : random.nextInt());
        }
    }

    private void size(int size, int value) {
        for (int i = 0; i < size; i++) {
            out.write(value >>> (8 * i));
        }
    }
}
