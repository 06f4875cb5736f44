/**
 * What GUARANTEES.md says: promises from a table, counts from what tests printed. Reads reports and
 * that file, writes below {@code target} only.
 */
package io.penstock.guarantees;
