package io.penstock.engine.pipeline;

import io.penstock.codecs.MessageType;
import io.penstock.engine.operator.Output;
import io.penstock.engine.operator.Side;
import io.penstock.engine.operator.SideOutputs;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.ArrayList;
import java.util.List;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * The side outputs of a stage's own: declared behind the stage, found when it is built.
 *
 * <p>Filled while the pipeline is defined, only read from then on.
 */
final class SideEdges {
    private final List<Side<?, ?>> sides = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();

    /** Declares the sides of a stage. */
    void declare(Pipeline.Definition definition, Node stage, Side<?, ?>[] declared) {
        if (declared.length > SideOutputs.MAX_SIDES) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "a stage has at most "
                            + SideOutputs.MAX_SIDES
                            + " side outputs: stage "
                            + stage.name()
                            + " has "
                            + declared.length);
        }
        for (Side<?, ?> side : declared) {
            Names.given("stage " + stage.name(), "side outputs", side);
            sides.add(side);
            add(definition, stage, side.name(), side.type());
        }
    }

    /** Declares one side by name and type. */
    void add(Pipeline.Definition definition, Node stage, String side, MessageType<?, ?> type) {
        nodes.add(definition.addOwnSide(stage, side, type));
    }

    /** The edge behind a side, by its number. */
    <S extends MessageDecoderFlyweight> Output<S> output(RunningPlan build, int index) {
        return build.output(nodes.get(index));
    }

    /** All sides of a running stage. */
    SideOutputs outputs(RunningPlan build) {
        SideOutputs.Builder builder = new SideOutputs.Builder();
        for (int i = 0; i < sides.size(); i++) {
            add(build, builder, sides.get(i), i);
        }
        return builder.build();
    }

    private <S extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> void add(
            RunningPlan build, SideOutputs.Builder builder, Side<S, E> side, int index) {
        builder.add(side, output(build, index));
    }
}
