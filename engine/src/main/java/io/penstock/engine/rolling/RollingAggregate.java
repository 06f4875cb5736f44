package io.penstock.engine.rolling;

import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * One aggregate of a look-back, as it is declared; made by {@link Rolling} and {@link Ewma}.
 *
 * <p>Immutable; each running stage makes an accumulator of its own.
 *
 * @param <T> the message's decoder
 */
public final class RollingAggregate<T extends MessageDecoderFlyweight> {
    private final String description;
    private final Maker<T> maker;

    /** Makes what runs: asks the layout for the numbers and bytes it needs of each row. */
    @FunctionalInterface
    interface Maker<T extends MessageDecoderFlyweight> {
        Accumulator<T> make(RowLayout<T> layout);
    }

    RollingAggregate(String description, Maker<T> maker) {
        this.description = description;
        this.maker = maker;
    }

    /** What it computes, for the plan. */
    public String description() {
        return description;
    }

    Accumulator<T> forStage(RowLayout<T> layout) {
        return maker.make(layout);
    }
}
