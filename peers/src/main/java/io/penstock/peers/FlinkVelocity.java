package io.penstock.peers;

import io.penstock.benchmarks.VelocityRing;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** W4 for Flink: a ring of longs as the keyed state of an account. */
final class FlinkVelocity extends KeyedProcessFunction<Long, Payment, Result> {
    private static final long serialVersionUID = 1;

    private transient ValueState<long[]> ring;

    @Override
    public void open(OpenContext context) {
        ring =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        "ring",
                                        PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO));
    }

    @Override
    public void processElement(Payment payment, Context context, Collector<Result> out)
            throws Exception {
        long[] kept = ring.value();
        if (kept == null) {
            kept = new long[VelocityRing.LONGS];
            ring.update(kept);
        }
        // Kept on the heap: what is written here is in the state.
        Result alert = Alerts.of(kept, payment);
        if (alert != null) {
            out.collect(alert);
        }
    }
}
