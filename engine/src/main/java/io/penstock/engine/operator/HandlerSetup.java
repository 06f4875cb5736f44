package io.penstock.engine.operator;

/**
 * Where a handler declares its state; names, forms and lengths are part of the snapshot's format.
 *
 * <p>All state is kept by the stream's key. In a stage on a stream without a key there is one key,
 * so that its state is the stage's own.
 */
public interface HandlerSetup {
    /**
     * One block of bytes per key, such as a fixed-length SBE block.
     *
     * @param name unique within the handler: up to 64 letters, digits, '.', '_', '-'; not {@code
     *     timers} or {@code clock-timers}
     * @param lengthBytes a multiple of 8
     */
    default ValueState value(String name, int lengthBytes) {
        return value(name, lengthBytes, Expiry.never());
    }

    /** One block of bytes per key, that expires. */
    ValueState value(String name, int lengthBytes, Expiry expiry);

    /**
     * A map per key from sub-keys to blocks, in the order in which the sub-keys were first added.
     *
     * @param name unique within the handler
     * @param lengthBytes of a block, a multiple of 8, may be 0
     */
    default MapState map(String name, int lengthBytes) {
        return map(name, lengthBytes, Expiry.never());
    }

    /** A map per key whose entries expire, each by itself. */
    MapState map(String name, int lengthBytes, Expiry expiry);

    /**
     * A list of blocks per key.
     *
     * @param name unique within the handler
     * @param elementLengthBytes a multiple of 8
     */
    default ListState list(String name, int elementLengthBytes) {
        return list(name, elementLengthBytes, Expiry.never());
    }

    /** A list of blocks per key, that expires as a whole. */
    ListState list(String name, int elementLengthBytes, Expiry expiry);

    /**
     * A first-in first-out list of blocks per key, with one block beside it.
     *
     * @param name unique within the handler
     * @param headLengthBytes of the block beside the list, a multiple of 8, may be 0
     * @param elementLengthBytes a multiple of 8
     */
    default DequeState deque(String name, int headLengthBytes, int elementLengthBytes) {
        return deque(name, headLengthBytes, elementLengthBytes, Expiry.never());
    }

    /** A first-in first-out list of blocks per key, that expires as a whole. */
    DequeState deque(String name, int headLengthBytes, int elementLengthBytes, Expiry expiry);

    /**
     * Count, sum, minimum, maximum and average of numbers per key.
     *
     * @param name unique within the handler
     */
    default AggregateState aggregate(String name) {
        return aggregate(name, Expiry.never());
    }

    /** Count, sum, minimum, maximum and average of numbers per key, that expire together. */
    AggregateState aggregate(String name, Expiry expiry);
}
