/** Event time: watermarks of sources, and arithmetic that saturates instead of wrapping. */
package io.penstock.engine.time;
