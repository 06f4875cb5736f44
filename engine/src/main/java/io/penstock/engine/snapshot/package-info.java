/**
 * The file format of snapshots and where they are kept: bytes in named sections, nothing more.
 *
 * <p>A snapshot is visible whole or not at all, and is verified whole before its first byte is
 * delivered. Nothing here knows what the sections mean.
 */
package io.penstock.engine.snapshot;
