package io.penstock.cli.safety;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The classes and methods that a class file names in its constant pool: {@code java/lang/Thread},
 * {@code java/lang/Thread.start}. Nothing is loaded.
 *
 * <p>Source: The Java Virtual Machine Specification, 4.4.
 */
final class ClassReferences {
    private static final int UTF8 = 1;
    private static final int CLASS = 7;

    private final Object[] values;
    private final int[] tags;

    private ClassReferences(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        if (in.readInt() != 0xCAFEBABE) {
            throw new IOException("no class file");
        }
        in.readInt();
        int count = in.readUnsignedShort();
        values = new Object[count];
        tags = new int[count];
        for (int i = 1; i < count; i++) {
            tags[i] = in.readUnsignedByte();
            switch (tags[i]) {
                case UTF8 -> values[i] = in.readUTF();
                case 3, 4 -> in.readInt();
                case 5, 6 -> {
                    in.readLong();
                    i++;
                }
                case CLASS, 8, 16, 19, 20 -> values[i] = new int[] {in.readUnsignedShort()};
                case 9, 10, 11, 12, 17, 18 ->
                        values[i] = new int[] {in.readUnsignedShort(), in.readUnsignedShort()};
                case 15 -> in.skipBytes(3);
                default -> throw new IOException("constant of tag " + tags[i]);
            }
        }
    }

    /** Reads a class file. */
    static List<String> of(byte[] bytes) throws IOException {
        ClassReferences pool = new ClassReferences(bytes);
        List<String> names = new ArrayList<>();
        for (int i = 1; i < pool.tags.length; i++) {
            if (pool.tags[i] == CLASS) {
                names.add(pool.text(i));
            } else if (pool.tags[i] == 10 || pool.tags[i] == 11) {
                int[] member = (int[]) pool.values[i];
                names.add(pool.text(member[0]) + "." + pool.text(member[1]));
            }
        }
        return names;
    }

    /** The name of a class, or of a name with its type. */
    private String text(int index) {
        return (String) values[((int[]) values[index])[0]];
    }
}
