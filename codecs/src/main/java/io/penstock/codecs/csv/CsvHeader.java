package io.penstock.codecs.csv;

import io.penstock.fault.NearestName;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.List;

/**
 * The column names of a CSV input. Immutable; any thread may use it.
 *
 * <p>A name that stands twice is a fault only when it is asked for: columns that nobody reads may
 * be called what they like.
 */
public record CsvHeader(String sourceName, List<String> columns) {
    /** Keeps a copy of the names. */
    public CsvHeader {
        columns = List.copyOf(columns);
    }

    /** How many fields every row must have. */
    public int columnCount() {
        return columns.size();
    }

    /** Where a column stands, from 0; a CONFIGURATION fault if it is missing or stands twice. */
    public int indexOf(String column) {
        int index = columns.indexOf(column);
        if (index < 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "input "
                            + sourceName
                            + " has no column '"
                            + column
                            + "' "
                            + NearestName.hint(column, columns));
        }
        int last = columns.lastIndexOf(column);
        if (last != index) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "a column that is read must stand once in the header: input "
                            + sourceName
                            + " has '"
                            + column
                            + "' as columns "
                            + (index + 1)
                            + " and "
                            + (last + 1)
                            + " (rename one)");
        }
        return index;
    }
}
