package io.penstock.engine.operator;

/** Where a handler declares its state; names and lengths are part of the snapshot's format. */
public interface HandlerSetup {
    /**
     * One block of bytes per key, such as a fixed-length SBE block.
     *
     * @param name unique within the handler
     * @param lengthBytes a multiple of 8
     */
    ValueState value(String name, int lengthBytes);

    /**
     * A first-in first-out list of blocks per key, with one block beside it.
     *
     * @param name unique within the handler
     * @param headLengthBytes of the block beside the list, a multiple of 8, may be 0
     * @param elementLengthBytes a multiple of 8
     */
    DequeState deque(String name, int headLengthBytes, int elementLengthBytes);
}
