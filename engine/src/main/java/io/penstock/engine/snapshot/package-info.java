/**
 * The file format of snapshots and where they are kept: bytes in named sections, nothing more.
 *
 * <p>A snapshot is visible whole or not at all, and is verified whole before its first byte is
 * delivered. What is written is sections of values, not an image of memory: it outlives layouts,
 * and is the same whether it was written at once or as parts, from frozen memory. Nothing here
 * knows what the sections mean.
 */
package io.penstock.engine.snapshot;
