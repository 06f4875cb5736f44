/**
 * What operators should give, by definitions on plain collections and unbounded numbers: obviously
 * right, and slow.
 *
 * <p>Rule: an oracle shares no code with what it judges, but for the fixed hash of keys.
 */
package io.penstock.testkit.oracle;
