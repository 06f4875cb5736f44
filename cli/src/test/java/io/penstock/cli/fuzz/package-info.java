/**
 * Fuzz targets, one per decoder and reader, each a class with {@code fuzzerTestOneInput(byte[])} as
 * Jazzer calls it. Whatever bytes come, only a PenstockException or a documented outcome may come
 * out.
 */
package io.penstock.cli.fuzz;
