package io.penstock.engine.window;

import io.penstock.engine.memory.Hash;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Key;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.StateHash;
import java.util.Arrays;
import java.util.function.ToLongFunction;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Number of distinct values, estimated.
 *
 * <p>HyperLogLog of Flajolet, Fusy, Gandouet and Meunier (2007) over 64-bit hashes, read by the
 * improved raw estimator of Ertl, "New cardinality estimation algorithms for HyperLogLog sketches"
 * (2017), algorithm 6, which needs no correction of bias at either end. Standard error {@code 1.04
 * / sqrt(2^precision)}. The hash has one seed for ever, and the estimator needs no more than
 * products and square roots, so an answer is the same bits everywhere. Registers are maxima: any
 * order of events and merges gives the same state.
 *
 * <p>While few registers are set they are kept in a {@link NestedTable}; from {@code 2^precision /
 * 32} on as one byte each.
 *
 * <pre>
 *   0                 16          24
 *   +-----------------+-----------+
 *   | sparse head     | registers |    one of the two
 *   +-----------------+-----------+
 * </pre>
 *
 * <p>Memory: 24 bytes, then 21 to 43 a distinct value until there are 2^precision / 32, then
 * 2^precision bytes.
 */
@HotPath
final class HyperLogLogAggregate<T extends MessageDecoderFlyweight> extends Aggregate<T> {
    static final int MIN_PRECISION = 6;
    static final int MAX_PRECISION = 18;

    private static final long SEED = 0x9E3779B97F4A7C15L;
    private static final int REGISTERS = 16;
    private static final int LENGTH = 24;
    private static final int DENSE_SHARE_BITS = 5;
    private static final double ALPHA = 0.7213475204444817; // 1 / (2 ln 2)

    private final ToLongFunction<T> integer;
    private final Key.BytesExtractor<T> extractor;
    private final int precision;
    private final AccumulatorMemory memory;
    private final NestedTable sparse;
    private final BytesReader<T> bytes;
    private final int[] multiplicities;
    private final byte[] ranks;

    HyperLogLogAggregate(
            ToLongFunction<T> integer,
            Key.BytesExtractor<T> extractor,
            int precision,
            AccumulatorMemory memory) {
        super("hyperLogLog" + (integer == null ? "Bytes" : "") + "(" + precision + ")", LENGTH);
        this.integer = integer;
        this.extractor = extractor;
        this.precision = precision;
        this.memory = memory;
        this.sparse = memory == null ? null : NestedTable.ofWords(memory, 1, Long.BYTES);
        this.bytes = memory == null || extractor == null ? null : new BytesReader<>(extractor);
        this.multiplicities = new int[Long.SIZE + 2];
        this.ranks = memory == null ? null : new byte[1 << precision];
    }

    @Override
    Aggregate<T> forStage(AccumulatorMemory stageMemory) {
        return new HyperLogLogAggregate<>(integer, extractor, precision, stageMemory);
    }

    @Override
    boolean isManaged() {
        return true;
    }

    @Override
    void add(long address, Event<T> event) {
        long hash;
        if (integer != null) {
            hash = Hash.ofLong(integer.applyAsLong(event.message()) ^ SEED);
        } else if (bytes.read(event)) {
            hash = Hash.ofBytes(bytes.base(), bytes.offset(), bytes.length(), SEED);
        } else {
            return;
        }
        int register = (int) (hash >>> (Long.SIZE - precision));
        int rank = Long.numberOfLeadingZeros(hash << precision | 1L << (precision - 1)) + 1;
        raise(address, register, rank);
    }

    private void raise(long address, int register, int rank) {
        long registers = Memory.getLong(address + REGISTERS);
        if (registers != 0) {
            raiseDense(registers + register, rank);
            return;
        }
        long payload = sparse.findOrAdd(address, register);
        if (Memory.getLong(payload) < rank) {
            Memory.putLong(sparse.forWrite(address, payload), rank);
        }
        if (sparse.count(address) > 1 << (precision - DENSE_SHARE_BITS)) {
            makeDense(address);
        }
    }

    private void raiseDense(long at, int rank) {
        if (Memory.getByte(at) < rank) {
            memory.save(at, 1);
            Memory.putByte(at, (byte) rank);
        }
    }

    private void makeDense(long address) {
        long registers = memory.allocate(1L << precision);
        int count = sparse.count(address);
        for (int i = 0; i < count; i++) {
            long rank = Memory.getLong(sparse.payload(address, i));
            Memory.putByte(registers + Memory.getLong(sparse.entry(address, i)), (byte) rank);
        }
        sparse.free(address);
        Memory.zeroWords(address, NestedTable.WORD_HEAD_LENGTH);
        Memory.putLong(address + REGISTERS, registers);
    }

    @Override
    void merge(long target, long source) {
        long from = Memory.getLong(source + REGISTERS);
        if (from == 0) {
            int count = sparse.count(source);
            for (int i = 0; i < count; i++) {
                int register = (int) Memory.getLong(sparse.entry(source, i));
                raise(target, register, (int) Memory.getLong(sparse.payload(source, i)));
            }
            return;
        }
        if (Memory.getLong(target + REGISTERS) == 0) {
            makeDense(target);
        }
        long to = Memory.getLong(target + REGISTERS);
        for (long at = 0; at < 1L << precision; at += Long.BYTES) {
            long theirs = Memory.getLong(from + at);
            if (theirs != 0 && theirs != Memory.getLong(to + at)) {
                memory.save(to + at, Long.BYTES);
                Memory.putLong(to + at, maxima(theirs, Memory.getLong(to + at)));
            }
        }
    }

    /** The larger of each of eight bytes below 128. */
    private static long maxima(long left, long right) {
        long high = 0x8080808080808080L;
        long isLeft = ((left | high) - right & high) >>> 7; // 1 where left >= right
        long mask = (isLeft << 8) - isLeft;
        return (left & mask) | (right & ~mask);
    }

    @Override
    void copy(long target, long source) {
        long from = Memory.getLong(source + REGISTERS);
        if (from == 0) {
            sparse.copy(target, source);
        } else {
            long registers = memory.allocate(1L << precision);
            Memory.copyWords(from, registers, 1L << precision);
            Memory.putLong(target + REGISTERS, registers);
        }
    }

    @Override
    void free(long address) {
        long registers = Memory.getLong(address + REGISTERS);
        if (registers == 0) {
            sparse.free(address);
        } else {
            memory.free(registers, 1L << precision);
        }
    }

    @Override
    long fold(long hash, long address) {
        long registers = Memory.getLong(address + REGISTERS);
        return registers == 0
                ? sparse.fold(hash, address)
                : StateHash.foldBytes(hash, registers, 1 << precision);
    }

    /** Writes all registers that are set, by their numbers. */
    @Override
    void writeTo(long address, SnapshotWriter writer) {
        readRanks(address);
        int set = 0;
        for (byte rank : ranks) {
            set += rank == 0 ? 0 : 1;
        }
        writer.putInt(set);
        for (int i = 0; i < ranks.length; i++) {
            if (ranks[i] != 0) {
                writer.putInt(i).putByte(ranks[i]);
            }
        }
    }

    @Override
    void readFrom(long address, SnapshotReader reader) {
        int set = reader.getCount(1 << precision);
        for (int i = 0; i < set; i++) {
            int register = reader.getCount((1 << precision) - 1);
            int rank = reader.getByte();
            if (rank <= 0 || rank > Long.SIZE + 1 - precision) {
                throw reader.damaged("rank of a register: " + rank);
            }
            raise(address, register, rank);
        }
    }

    private void readRanks(long address) {
        long registers = Memory.getLong(address + REGISTERS);
        if (registers != 0) {
            Memory.copyTo(registers, ranks, 0, ranks.length);
            return;
        }
        Arrays.fill(ranks, (byte) 0);
        int count = sparse.count(address);
        for (int i = 0; i < count; i++) {
            int register = (int) Memory.getLong(sparse.entry(address, i));
            ranks[register] = (byte) Memory.getLong(sparse.payload(address, i));
        }
    }

    @Override
    void read(long address, WideNumber result) {
        Arrays.fill(multiplicities, 0);
        long registers = Memory.getLong(address + REGISTERS);
        if (registers == 0) {
            int count = sparse.count(address);
            for (int i = 0; i < count; i++) {
                multiplicities[(int) Memory.getLong(sparse.payload(address, i))]++;
            }
            multiplicities[0] = (1 << precision) - count;
        } else {
            for (int i = 0; i < 1 << precision; i++) {
                multiplicities[Memory.getByte(registers + i)]++;
            }
        }
        result.set((long) Math.rint(estimate()), 0);
    }

    private double estimate() {
        double m = 1 << precision;
        int last = Long.SIZE - precision;
        double z = m * tau(1 - multiplicities[last + 1] / m);
        for (int k = last; k >= 1; k--) {
            z = 0.5 * (z + multiplicities[k]);
        }
        z += m * sigma(multiplicities[0] / m);
        return ALPHA * m * m / z; // no value at all: z is infinite
    }

    private static double sigma(double share) {
        if (share == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double x = share;
        double y = 1;
        double z = x;
        double before;
        do {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        } while (z != before);
        return z;
    }

    private static double tau(double share) {
        if (share == 0 || share == 1) {
            return 0;
        }
        double x = share;
        double y = 1;
        double z = 1 - x;
        double before;
        do {
            x = Math.sqrt(x);
            before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        } while (z != before);
        return z / 3;
    }
}
