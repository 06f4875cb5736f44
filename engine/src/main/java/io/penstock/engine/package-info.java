/** The engine as users embed it: open a pipeline on a directory, publish, read results. */
package io.penstock.engine;
