package io.penstock.engine.pipeline;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

/**
 * A pipeline as text: what is stored with journal and snapshots, and decides whether they belong to
 * a pipeline.
 *
 * <p>The hash is SHA-256 over the text: names, parameters, schemas. Function bodies cannot be
 * hashed: give a changed function a new parameter.
 */
public final class Plan {
    private static final String FORMAT = "penstock plan 1";

    private final String text;
    private final byte[] hash;

    private Plan(String text) {
        this.text = text;
        this.hash = sha256(text);
    }

    static Plan of(Pipeline pipeline) {
        StringBuilder text = new StringBuilder(FORMAT).append('\n');
        text.append("pipeline ").append(pipeline.name()).append('\n');
        for (Map.Entry<String, String> parameter : pipeline.parameters().entrySet()) {
            text.append("parameter ").append(parameter.getKey()).append('=');
            text.append(escape(parameter.getValue())).append('\n');
        }
        for (Node node : pipeline.nodes()) {
            text.append("stage ").append(node.name()).append(": ").append(node.description());
            for (Node input : node.inputs()) {
                text.append(" <- ").append(input.name());
            }
            text.append('\n');
        }
        return new Plan(text.toString());
    }

    /** The plan, a line a stage. */
    public String text() {
        return text;
    }

    /** SHA-256 of the text, 32 bytes. */
    public byte[] hash() {
        return hash.clone();
    }

    /** SHA-256 of the text, 64 hexadecimal digits. */
    public String hashHex() {
        return HexFormat.of().formatHex(hash);
    }

    /** The hash that a plan with this text has. */
    public static String hashHexOf(String text) {
        return HexFormat.of().formatHex(sha256(text));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Plan plan && Arrays.equals(hash, plan.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    @Override
    public String toString() {
        return text;
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
