package io.penstock.cli;

import io.penstock.codecs.MessagePrinter;
import io.penstock.codecs.SbeHeader;
import io.penstock.codecs.SchemaIr;
import io.penstock.codecs.SystemMessages;
import io.penstock.engine.control.EngineDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/** Prints messages by the schemas that are stored with the data, and by the engine's own. */
final class StoredMessages {
    private final Map<Integer, MessagePrinter> printers = new HashMap<>();

    private StoredMessages() {}

    /** The schemas of an engine's directory, if it is one. */
    static StoredMessages of(Path directory) {
        StoredMessages messages = new StoredMessages();
        messages.add(SystemMessages.SCHEMA);
        if (directory != null && Files.isDirectory(directory.resolve("schemas"))) {
            for (byte[] ir : EngineDirectory.schemas(directory)) {
                messages.add(SchemaIr.fromBytes("schemas", ir));
            }
        }
        return messages;
    }

    private void add(SchemaIr schema) {
        printers.put(schema.schemaId(), new MessagePrinter(schema));
    }

    /** Whether only the engine's own schema is known. */
    boolean isEmpty() {
        return printers.size() == 1;
    }

    /** Appends a message as JSON. */
    void appendJson(StringBuilder line, DirectBuffer buffer, int offset, int length) {
        if (length < SbeHeader.LENGTH) {
            line.append("null");
            return;
        }
        int schemaId = SbeHeader.schemaId(buffer, offset);
        MessagePrinter printer = printers.get(schemaId);
        if (printer == null) {
            line.append("{\"schema\":").append(schemaId).append('}');
        } else {
            printer.appendJson(line, buffer, offset, length);
        }
    }
}
