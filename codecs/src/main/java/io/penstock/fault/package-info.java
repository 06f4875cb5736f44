/**
 * The one exception type for faults of the world; everything may throw it, it depends on nothing.
 */
package io.penstock.fault;
