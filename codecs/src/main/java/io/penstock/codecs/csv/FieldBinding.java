package io.penstock.codecs.csv;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/** Writes one fixed field of a message from a column, or its null value from none. */
abstract class FieldBinding {
    /** Where in the block the field stands. */
    final int offset;

    /** The column to read, or {@link #NO_COLUMN}. */
    final int column;

    /** The field is left at its null value. */
    static final int NO_COLUMN = -1;

    FieldBinding(int offset, int column) {
        this.offset = offset;
        this.column = column;
    }

    /** {@link RejectReason#NONE}, or the code of a reason. */
    abstract int write(CsvReader row, MutableDirectBuffer destination, int blockOffset);

    /** Writes the low bytes of a value. */
    static void put(MutableDirectBuffer destination, int at, int size, long value) {
        switch (size) {
            case 1 -> destination.putByte(at, (byte) value);
            case 2 -> destination.putShort(at, (short) value, ByteOrder.LITTLE_ENDIAN);
            case 4 -> destination.putInt(at, (int) value, ByteOrder.LITTLE_ENDIAN);
            default -> destination.putLong(at, value, ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Bits that are always the same: null values, also of composites' members. */
    static final class Constant extends FieldBinding {
        private final int size;
        private final long bits;

        Constant(int offset, int size, long bits) {
            super(offset, NO_COLUMN);
            this.size = size;
            this.bits = bits;
        }

        @Override
        int write(CsvReader row, MutableDirectBuffer destination, int blockOffset) {
            put(destination, blockOffset + offset, size, bits);
            return RejectReason.NONE;
        }
    }

    /** An integer within the range of its type. */
    static final class IntegerField extends FieldBinding {
        private final int size;
        private final long min;
        private final long max;
        private final boolean isOptional;
        private final long nullBits;
        private final LongParser parser = new LongParser();

        IntegerField(
                int offset,
                int column,
                int size,
                long min,
                long max,
                boolean isOptional,
                long nullBits) {
            super(offset, column);
            this.size = size;
            this.min = min;
            this.max = max;
            this.isOptional = isOptional;
            this.nullBits = nullBits;
        }

        @Override
        int write(CsvReader row, MutableDirectBuffer destination, int blockOffset) {
            int length = row.fieldLength(column);
            if (length == 0 && isOptional) {
                put(destination, blockOffset + offset, size, nullBits);
                return RejectReason.NONE;
            }
            int code = parser.parse(row.fieldBytes(column), row.fieldOffset(column), length);
            if (code != RejectReason.NONE) {
                return code;
            }
            long value = parser.value();
            if (value < min || value > max) {
                return RejectReason.NUMBER_OUT_OF_RANGE.code();
            }
            put(destination, blockOffset + offset, size, value);
            return RejectReason.NONE;
        }
    }

    /** A time in nanoseconds. */
    static final class TimeField extends FieldBinding {
        private final TimeParser parser;

        TimeField(int offset, int column, TimeUnitFormat format) {
            super(offset, column);
            this.parser = new TimeParser(format);
        }

        @Override
        int write(CsvReader row, MutableDirectBuffer destination, int blockOffset) {
            int code =
                    parser.parse(
                            row.fieldBytes(column),
                            row.fieldOffset(column),
                            row.fieldLength(column));
            if (code == RejectReason.NONE) {
                put(destination, blockOffset + offset, Long.BYTES, parser.timeNs());
            }
            return code;
        }
    }

    /** A composite of mantissa (64 bits) and scale (8 bits). */
    static final class DecimalField extends FieldBinding {
        private final int scaleOffset;
        private final DecimalParser parser = new DecimalParser();

        DecimalField(int mantissaOffset, int scaleOffset, int column) {
            super(mantissaOffset, column);
            this.scaleOffset = scaleOffset;
        }

        @Override
        int write(CsvReader row, MutableDirectBuffer destination, int blockOffset) {
            int code =
                    parser.parse(
                            row.fieldBytes(column),
                            row.fieldOffset(column),
                            row.fieldLength(column));
            if (code == RejectReason.NONE) {
                put(destination, blockOffset + offset, Long.BYTES, parser.mantissa());
                put(destination, blockOffset + scaleOffset, Byte.BYTES, parser.scale());
            }
            return code;
        }
    }

    /** A decimal of a scale that is known: its digits alone, 64 bits. */
    static final class FixedDecimalField extends FieldBinding {
        private final int scale;
        private final DecimalParser parser = new DecimalParser();

        FixedDecimalField(int offset, int column, int scale) {
            super(offset, column);
            this.scale = scale;
        }

        @Override
        int write(CsvReader row, MutableDirectBuffer destination, int blockOffset) {
            int code =
                    parser.parse(
                            row.fieldBytes(column),
                            row.fieldOffset(column),
                            row.fieldLength(column));
            if (code != RejectReason.NONE) {
                return code;
            }
            if (parser.scale() > scale) {
                return RejectReason.TOO_MANY_DIGITS.code();
            }
            long value = parser.mantissa();
            for (int i = parser.scale(); i < scale; i++) {
                long tenfold = value * 10;
                if (Math.multiplyHigh(value, 10) != tenfold >> 63) {
                    return RejectReason.NUMBER_OUT_OF_RANGE.code();
                }
                value = tenfold;
            }
            put(destination, blockOffset + offset, Long.BYTES, value);
            return RejectReason.NONE;
        }
    }
}
