package io.penstock.engine.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class CsvLineTest {
    @Test
    void shouldWriteTimesAndDecimalsAsFields() {
        CsvLine line = new CsvLine();
        line.time(0).time(1_500_000_000L).decimal(-1250, 2).decimal(7, 0).field("x").endRow();
        line.decimal(1, 0, 1).endRow();

        assertEquals(
                "1970-01-01T00:00:00Z,1970-01-01T00:00:01.5Z,-12.5,7,x\n1844674407370955161.6\n",
                StandardCharsets.UTF_8.decode(line.view()).toString());
    }
}
