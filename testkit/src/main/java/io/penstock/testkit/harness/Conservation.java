package io.penstock.testkit.harness;

import io.penstock.engine.operator.Operator;
import java.util.List;

/** Nothing is lost silently: what came into a stage is what the stage says became of it. */
final class Conservation {
    private Conservation() {}

    /** Checks every stage that keeps an account of its events. */
    static void require(List<Operator> operators) {
        try {
            operators.forEach(Operator::requireConserved);
        } catch (IllegalStateException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** Checks that no event still waits when all sources have ended. */
    static void requireNothingHeld(List<Operator> operators) {
        for (Operator operator : operators) {
            if (operator.outcomes().length > 0 && operator.held() != 0) {
                throw new AssertionError(
                        "all sources have ended and stage "
                                + operator.name()
                                + " holds events: "
                                + operator.held());
            }
        }
    }
}
