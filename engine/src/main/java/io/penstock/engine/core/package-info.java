/**
 * The deterministic core: {@code (state, record) -> (state', outputs)}, one step at a time.
 *
 * <p>It knows no thread, clock, file or ring. Every host (engine, replay, test kit, simulator)
 * feeds the same class.
 */
package io.penstock.engine.core;
