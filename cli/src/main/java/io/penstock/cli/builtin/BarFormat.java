package io.penstock.cli.builtin;

import io.penstock.cli.pipelines.OhlcSettings;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.BarDecoder;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.egress.OutputRecord;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Rows of {@code ohlc}; the average price is made here, rounded towards minus infinity. */
final class BarFormat implements CsvFormat {
    private final OhlcSettings settings;
    private final Fields fields;
    private final BarDecoder bar = new BarDecoder();
    private final UnsafeBuffer symbol = new UnsafeBuffer(0, 0);

    BarFormat(OhlcSettings settings) {
        this.settings = settings;
        this.fields = new Fields(settings, 1);
    }

    @Override
    public void header(CsvLine line) {
        Fields.header(line, settings.outputHeader());
    }

    @Override
    public void row(OutputRecord record, CsvLine line) {
        BuiltinMessages.BAR.wrap(bar, record.buffer(), record.messageOffset());
        long volumeLow = bar.volume().low();
        long volumeHigh = bar.volume().high();
        long notionalLow = bar.notional().low();
        long notionalHigh = bar.notional().high();
        long trades = bar.trades();
        bar.wrapSymbol(symbol);
        line.field(symbol, 0, symbol.capacity());
        fields.time(line, bar.windowStartNs());
        fields.time(line, bar.windowEndNs());
        line.field(bar.openPrice()).field(bar.highPrice());
        line.field(bar.lowPrice()).field(bar.closePrice());
        fields.decimal(line, volumeHigh, volumeLow, 0);
        line.field(trades);
        fields.decimal(line, notionalHigh, notionalLow, 0);
        if ((volumeHigh | volumeLow) == 0) {
            line.emptyField();
        } else if (volumeHigh == volumeLow >> 63 && notionalHigh == notionalLow >> 63) {
            line.field(Math.floorDiv(notionalLow, volumeLow));
        } else {
            line.field(floorDivide(wide(notionalHigh, notionalLow), wide(volumeHigh, volumeLow)));
        }
        line.endRow();
    }

    private static BigInteger wide(long high, long low) {
        return new BigInteger(ByteBuffer.allocate(16).putLong(high).putLong(low).array());
    }

    private static String floorDivide(BigInteger dividend, BigInteger divisor) {
        BigInteger[] parts = dividend.divideAndRemainder(divisor);
        boolean below = parts[1].signum() != 0 && parts[1].signum() != divisor.signum();
        return (below ? parts[0].subtract(BigInteger.ONE) : parts[0]).toString();
    }
}
