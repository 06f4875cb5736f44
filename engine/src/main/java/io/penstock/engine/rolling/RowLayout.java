package io.penstock.engine.rolling;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.window.NumberOf;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.ArrayList;
import java.util.List;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Where things stand in a row, the part of an event that its key keeps.
 *
 * <pre>
 *   0        8                 8 + 8 * ceil(numbers / 8)
 *   +--------+-----------------+----------+----------+-- ... --+-----------------------+
 *   | time   | a scale each    | mantissa | mantissa |         | bytes of accumulators |
 *   +--------+-----------------+----------+----------+-- ... --+-----------------------+
 * </pre>
 *
 * <p>A number that several aggregates read stands there once. Complete when all accumulators of the
 * stage are made; then addresses are read with it.
 *
 * @param <T> the message's decoder
 */
final class RowLayout<T extends MessageDecoderFlyweight> {
    private static final int TIME = 0;
    private static final int SCALES = 8;
    private static final int MAX_SCALE = 18;

    private final LookBack lookBack;
    private final List<NumberOf<T>> declared = new ArrayList<>();
    private NumberOf<T>[] numbers;
    private int mantissas;
    private int length;

    RowLayout(LookBack lookBack) {
        this.lookBack = lookBack;
    }

    /** Whether rows are kept, or forgotten once they are added. */
    boolean keepsRows() {
        return lookBack.span() != LookBack.Span.ALL;
    }

    /** Asks for a number of the message; returns its column. */
    int column(NumberOf<T> number) {
        int known = declared.indexOf(number);
        if (known >= 0) {
            return known;
        }
        declared.add(number);
        return declared.size() - 1;
    }

    /** Ends the declaration; then each accumulator gets its bytes. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    void complete(Accumulator<T>[] accumulators) {
        numbers = declared.toArray(new NumberOf[0]);
        mantissas = SCALES + (numbers.length + 7) / 8 * Long.BYTES;
        length = mantissas + numbers.length * Long.BYTES;
        for (Accumulator<T> accumulator : accumulators) {
            accumulator.rowOffset(length);
            length += accumulator.rowLength();
        }
    }

    /** Bytes of a row, a multiple of 8. */
    int length() {
        return length;
    }

    /** Writes time and numbers of an event into a row of zeros. */
    void fill(long row, Event<T> event) {
        Memory.putLong(row + TIME, event.eventTimeNs());
        NumberOf<T>[] all = numbers;
        for (int i = 0; i < all.length; i++) {
            T message = event.message();
            int scale = all[i].scale(message);
            if (scale < 0 || scale > MAX_SCALE) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        "a number's scale must be 0 to " + MAX_SCALE + ": scale=" + scale);
            }
            Memory.putByte(row + SCALES + i, (byte) scale);
            Memory.putLong(
                    row + mantissas + (long) i * Long.BYTES, all[i].mantissa(event.message()));
        }
    }

    long timeNs(long row) {
        return Memory.getLong(row + TIME);
    }

    long mantissa(long row, int column) {
        return Memory.getLong(row + mantissas + (long) column * Long.BYTES);
    }

    int scale(long row, int column) {
        return Memory.getByte(row + SCALES + column);
    }
}
