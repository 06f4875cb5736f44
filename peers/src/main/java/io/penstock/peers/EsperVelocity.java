package io.penstock.peers;

import com.espertech.esper.common.client.hook.aggfunc.AggregationFunction;
import com.espertech.esper.common.client.hook.aggfunc.AggregationFunctionFactory;
import com.espertech.esper.common.client.hook.aggfunc.AggregationFunctionFactoryContext;
import com.espertech.esper.common.client.hook.aggfunc.AggregationFunctionForge;
import com.espertech.esper.common.client.hook.aggfunc.AggregationFunctionMode;
import com.espertech.esper.common.client.hook.aggfunc.AggregationFunctionModeManaged;
import com.espertech.esper.common.client.hook.aggfunc.AggregationFunctionValidationContext;
import com.espertech.esper.common.client.hook.forgeinject.InjectionStrategyClassNewInstance;
import com.espertech.esper.common.client.type.EPTypeClass;
import com.espertech.esper.common.client.type.EPTypePremade;
import io.penstock.benchmarks.VelocityRing;
import io.penstock.peers.EsperPeer.WindowedPayment;
import java.util.Arrays;

/** W4's rule as an aggregation function of Esper: the alert of the payment that came last. */
public final class EsperVelocity implements AggregationFunctionForge {
    @Override
    public void validate(AggregationFunctionValidationContext context) {
        // Compiled against one statement, which passes the event.
    }

    @Override
    public EPTypeClass getValueType() {
        return EPTypePremade.LONGBOXED.getEPType();
    }

    @Override
    public AggregationFunctionMode getAggregationFunctionMode() {
        return new AggregationFunctionModeManaged()
                .setInjectionStrategyAggregationFunctionFactory(
                        new InjectionStrategyClassNewInstance(Factory.class));
    }

    /** Makes the function of each account; named by class in compiled statements. */
    public static final class Factory implements AggregationFunctionFactory {
        @Override
        public AggregationFunction newAggregator(AggregationFunctionFactoryContext context) {
            return new Ring();
        }
    }

    private static final class Ring implements AggregationFunction {
        private final long[] kept = new long[VelocityRing.LONGS];
        private long alert = VelocityRing.NO_ALERT;

        @Override
        public void enter(Object event) {
            WindowedPayment payment = (WindowedPayment) event;
            alert = VelocityRing.add(kept, 0, payment.timeMs, payment.amount);
        }

        @Override
        public void leave(Object event) {
            throw new IllegalStateException("payments leave by the ring alone");
        }

        @Override
        public Object getValue() {
            return alert;
        }

        @Override
        public void clear() {
            Arrays.fill(kept, 0);
            alert = VelocityRing.NO_ALERT;
        }
    }
}
