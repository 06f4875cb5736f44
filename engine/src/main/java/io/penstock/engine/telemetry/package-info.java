/** What a running engine counts, in a mapped file that other processes read; imports no one. */
package io.penstock.engine.telemetry;
