package io.penstock.codecs;

import io.penstock.fault.JvmFlags;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import uk.co.real_logic.sbe.PrimitiveType;
import uk.co.real_logic.sbe.ir.Ir;
import uk.co.real_logic.sbe.ir.IrDecoder;
import uk.co.real_logic.sbe.ir.Signal;
import uk.co.real_logic.sbe.ir.Token;

/**
 * The intermediate representation (IR) of one SBE schema: what a message looks like, without its
 * classes.
 *
 * <p>sbe-tool writes it with {@code -Dsbe.generate.ir=true}; it is stored beside the data, so that
 * tools can read the data years later. The bytes are proved before anything walks them: bad ones
 * are a DAMAGE fault, unsupported ones (another header, another byte order) a CONFIGURATION fault.
 *
 * <p>Immutable; any thread may use it. Never parses XML.
 */
public final class SchemaIr {
    /** More than any schema needs; bounds what stored bytes can make us allocate. */
    public static final int MAX_LENGTH_BYTES = 16 << 20;

    private final byte[] bytes;
    private final Ir ir;
    private final NavigableMap<Integer, List<Token>> messages = new TreeMap<>();
    private final NavigableMap<Integer, BlockLayout> layouts = new TreeMap<>();

    private SchemaIr(byte[] bytes, Ir ir) {
        this.bytes = bytes;
        this.ir = ir;
        for (List<Token> message : ir.messages()) {
            BlockLayout layout = LayoutCompiler.compile(message);
            int templateId = message.get(0).id();
            messages.put(templateId, Collections.unmodifiableList(message));
            layouts.put(templateId, layout);
        }
    }

    /**
     * Reads IR from its serialized bytes.
     *
     * @param name what to call the bytes in a fault, for example the file they come from
     */
    public static SchemaIr fromBytes(String name, byte[] bytes) {
        JvmFlags.require();
        if (bytes.length > MAX_LENGTH_BYTES) {
            throw new PenstockException(
                    Category.LIMIT,
                    "schema IR must not exceed "
                            + MAX_LENGTH_BYTES
                            + " bytes: "
                            + name
                            + " has "
                            + bytes.length);
        }
        byte[] copy = bytes.clone();
        Ir ir;
        try (IrDecoder decoder = new IrDecoder(ByteBuffer.wrap(copy))) {
            ir = decoder.decode();
        } catch (RuntimeException e) {
            throw new PenstockException(
                    Category.DAMAGE,
                    "schema IR cannot be decoded: "
                            + name
                            + ", "
                            + bytes.length
                            + " bytes (generate it again with sbe-tool, -Dsbe.generate.ir=true)",
                    e);
        }
        requireStandardHeader(name, ir);
        try {
            return new SchemaIr(copy, ir);
        } catch (PenstockException e) {
            throw new PenstockException(e.category(), e.getMessage() + ": " + name, e);
        } catch (RuntimeException e) {
            throw new PenstockException(Category.DAMAGE, "schema IR is inconsistent: " + name, e);
        }
    }

    /**
     * Reads IR from a class path resource.
     *
     * @param owner a class of the module that holds the resource
     * @param resource its path: relative to the class, or absolute with a leading slash
     */
    public static SchemaIr fromResource(Class<?> owner, String resource) {
        return fromBytes(resource, resourceBytes(owner, resource));
    }

    /** The bytes of a class path resource that holds IR. */
    static byte[] resourceBytes(Class<?> owner, String resource) {
        try (InputStream in = owner.getResourceAsStream(resource)) {
            if (in == null) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        "schema IR must be on the class path: "
                                + resource
                                + " not found from "
                                + owner.getName()
                                + " (generate it with sbe-tool, -Dsbe.generate.ir=true, and add"
                                + " the .sbeir file to the resources)");
            }
            return in.readNBytes(MAX_LENGTH_BYTES + 1);
        } catch (IOException e) {
            throw new PenstockException(
                    Category.CONFIGURATION, "schema IR cannot be read: " + resource, e);
        }
    }

    /** The serialized form, as it was read. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** The id that message headers carry. */
    public int schemaId() {
        return ir.id();
    }

    /** The schema's version. */
    public int version() {
        return ir.version();
    }

    /** The package of the generated classes. */
    public String packageName() {
        return ir.packageName();
    }

    /** Template ids of all messages, ascending. */
    public List<Integer> templateIds() {
        return List.copyOf(messages.keySet());
    }

    /** Whether the schema has a message of that template id. */
    public boolean hasMessage(int templateId) {
        return messages.containsKey(templateId);
    }

    /** The name of a message, or null if there is none of that template id. */
    public String messageName(int templateId) {
        List<Token> tokens = messages.get(templateId);
        return tokens == null ? null : tokens.get(0).name();
    }

    /**
     * The tokens of a message, nesting and offsets proved; a CONFIGURATION fault if there is none
     * of that template id.
     */
    public List<Token> message(int templateId) {
        List<Token> tokens = messages.get(templateId);
        if (tokens == null) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "schema "
                            + schemaId()
                            + " has no message of that template id: "
                            + templateId
                            + " (there are: "
                            + messages.keySet()
                            + ")");
        }
        return tokens;
    }

    /** What follows what in a message that the schema has. */
    BlockLayout layout(int templateId) {
        return layouts.get(templateId);
    }

    /** A validator that accepts every message of the schema. */
    public MessageValidator validator() {
        return validator(messages.keySet().stream().mapToInt(Integer::intValue).toArray());
    }

    /** A validator that accepts the messages of these template ids only. */
    public MessageValidator validator(int... templateIds) {
        int[] sinceVersions = new int[templateIds.length];
        BlockLayout[] chosen = new BlockLayout[templateIds.length];
        for (int i = 0; i < templateIds.length; i++) {
            sinceVersions[i] = message(templateIds[i]).get(0).version();
            chosen[i] = layouts.get(templateIds[i]);
        }
        return new MessageValidator(
                schemaId(), version(), templateIds.clone(), sinceVersions, chosen);
    }

    /**
     * Whether this schema has every message of an older one as it was, so that what was written
     * with the older one reads the same with this: messages may have been added.
     */
    public boolean extendsUnchanged(SchemaIr older) {
        if (schemaId() != older.schemaId() || version() != older.version()) {
            return false;
        }
        for (Map.Entry<Integer, List<Token>> message : older.messages.entrySet()) {
            List<Token> now = messages.get(message.getKey());
            if (now == null || !now.toString().equals(message.getValue().toString())) {
                return false;
            }
        }
        return true;
    }

    private static void requireStandardHeader(String name, Ir ir) {
        List<Token> expected = new ArrayList<>();
        for (Token token : ir.headerStructure().tokens()) {
            if (token.signal() == Signal.ENCODING) {
                expected.add(token);
            }
        }
        String[] names = {"blockLength", "templateId", "schemaId", "version"};
        boolean isStandard = expected.size() == names.length;
        for (int i = 0; isStandard && i < names.length; i++) {
            Token token = expected.get(i);
            isStandard =
                    names[i].equals(token.name())
                            && token.offset() == 2 * i
                            && token.encoding().primitiveType() == PrimitiveType.UINT16
                            && token.encoding().byteOrder() == ByteOrder.LITTLE_ENDIAN;
        }
        if (!isStandard) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "message header must be blockLength, templateId, schemaId and version, each"
                            + " uint16 and little-endian: "
                            + name
                            + " has another (use the header of the SBE standard)");
        }
    }
}
