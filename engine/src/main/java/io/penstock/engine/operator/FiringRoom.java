package io.penstock.engine.operator;

/** Asked by a stage that fires several times in one step, before each firing but the first. */
public interface FiringRoom {
    /** Whether there is room for one firing more; if so, it is about to happen. */
    boolean isThereForOneMore();
}
