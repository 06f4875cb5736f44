/**
 * The one exception type for faults of the world, and what everything needs to be safe: everything
 * may use it, it depends on nothing.
 */
package io.penstock.fault;
