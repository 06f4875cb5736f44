package io.penstock.engine.operator;

import org.agrona.DirectBuffer;

/**
 * What a handler may do during a call: emit results, send to side outputs, and set timers for the
 * current key.
 *
 * @param <E> encoder of the results
 */
public interface HandlerContext<E> extends Emitter<E> {
    /** The current key where the stream is keyed by a number. */
    long longKey();

    /** The current key where the stream is keyed by bytes. */
    DirectBuffer key();

    /** The engine's journaled time, ns since 1970; the only clock a handler may see. */
    long timeNs();

    /** The stage's watermark before the current event. */
    long watermarkNs();

    /** Starts a result: fill in the encoder, then call {@link #emit()}. */
    @Override
    E begin();

    /**
     * Sends the result started last; its event time is that of the event or timer, and the stage's
     * watermark where a timer by the clock fires, whose time is none of event time.
     */
    @Override
    void emit();

    /**
     * Sets a timer of the current key, or moves it if one with this id is set. One whose time has
     * come already fires within the record; when all sources have ended, each time has come, and a
     * timer that sets itself again must end that by itself.
     */
    void schedule(long timerId, long timeNs);

    /** Clears a timer of the current key; nothing happens if none with this id is set. */
    void cancel(long timerId);

    /**
     * Sets a timer of the current key that fires when {@link #timeNs()} has reached a time: in the
     * record, tick or other, that moves the engine's clock there, after the record's event and
     * before the timers of event time. Timers by the clock and timers of event time have ids of
     * their own. Moves it if one with this id is set. One that is due already fires within the
     * record. In silence only ticks move that clock: of an engine without ({@code
     * EngineConfig.tickEvery}) the timer waits for the next record of any source.
     */
    void scheduleByClock(long timerId, long timeNs);

    /** Clears a timer by the clock of the current key; nothing happens if it is not set. */
    void cancelByClock(long timerId);
}
