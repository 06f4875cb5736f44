package io.penstock.engine.operator;

/**
 * Where user logic puts its results: any number per call, each begun and then emitted; and what
 * goes to side outputs.
 *
 * <p>Valid during the call it is given to; used by the core's thread only.
 *
 * @param <E> encoder of the results
 */
public interface Emitter<E> extends SideEmitter {
    /** Starts a result: fill in the encoder, whose header is written, then {@link #emit()}. */
    E begin();

    /** Sends the result started last. */
    void emit();
}
