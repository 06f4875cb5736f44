package io.penstock.engine.egress;

/** How a sink's messages become rows. Called on the output thread; a pure function. */
public interface CsvFormat {
    /** Writes the header row and ends it. */
    void header(CsvLine line);

    /** Writes what a message adds; ends the row where it is complete. */
    void row(OutputRecord record, CsvLine line);
}
