package io.penstock.engine.operator;

import org.agrona.MutableDirectBuffer;

/** Extracts a key of several parts; each reader has its own. */
final class CompositeExtractor<T> implements Key.BytesExtractor<T> {
    private final Key.Parts<T> parts;
    private final CompositeKey key = new CompositeKey();

    CompositeExtractor(Key.Parts<T> parts) {
        this.parts = parts;
    }

    @Override
    public int extract(T message, MutableDirectBuffer target) {
        key.start(target);
        parts.addTo(message, key);
        return key.length();
    }

    @Override
    public Key.BytesExtractor<T> forReader() {
        return new CompositeExtractor<>(parts);
    }
}
