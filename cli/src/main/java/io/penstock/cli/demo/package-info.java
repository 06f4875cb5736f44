/**
 * What the demo needs beside an engine: made-up payments, and a slow second opinion on them.
 * Nothing here depends on the engine, so that agreement with it proves something.
 */
package io.penstock.cli.demo;
