package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.PaymentDecoder;
import io.penstock.benchmarks.codecs.PaymentEncoder;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.CsvReader;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/** The common event encoded, decoded, or read from a row of CSV text. One thread. */
final class CodecWork extends Work {
    /** What is done to an event. */
    enum Kind {
        ENCODE,
        DECODE,
        CSV
    }

    private static final int HEADER_LENGTH = 8;
    private static final int MESSAGE_LENGTH = HEADER_LENGTH + Events.LENGTH;

    private final Kind kind;
    private final Events events;
    private final UnsafeBuffer messages;
    private final PaymentEncoder encoder = Messages.PAYMENT.newEncoder();
    private final PaymentDecoder decoder = Messages.PAYMENT.newDecoder();
    private final byte[] text;
    private long sum;

    CodecWork(Kind kind, Events events) {
        super(kind.name(), events.count());
        this.kind = kind;
        this.events = events;
        this.messages = new UnsafeBuffer(new byte[events.count() * MESSAGE_LENGTH]);
        this.text = kind == Kind.CSV ? csv(events) : new byte[0];
    }

    private static byte[] csv(Events events) {
        StringBuilder text =
                new StringBuilder("paymentId,account,eventTimeMs,amount,merchant,flags\n");
        long[] values = events.values();
        for (int at = 0; at < values.length; at += Events.LONGS) {
            for (int field = 0; field < Events.LONGS; field++) {
                text.append(values[at + field]).append(field == Events.LONGS - 1 ? '\n' : ',');
            }
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    Answer expected() {
        return events.sum(1);
    }

    @Override
    public void prepare() {
        sum = 0;
        messages.setMemory(0, messages.capacity(), (byte) 0);
        if (kind == Kind.DECODE) {
            encode();
        }
    }

    @Override
    public void run() {
        switch (kind) {
            case ENCODE -> encode();
            case DECODE -> sum = decode();
            case CSV -> parse();
        }
    }

    private void encode() {
        long[] values = events.values();
        for (int i = 0; i < events.count(); i++) {
            int at = i * Events.LONGS;
            Messages.PAYMENT.wrapAndWriteHeader(encoder, messages, i * MESSAGE_LENGTH);
            encoder.paymentId(values[at + Events.ID])
                    .account(values[at + Events.ACCOUNT])
                    .eventTimeMs(values[at + Events.TIME_MS])
                    .amount(values[at + Events.AMOUNT])
                    .merchant(values[at + Events.MERCHANT])
                    .flags(values[at + Events.FLAGS]);
        }
    }

    private long decode() {
        long all = 0;
        for (int i = 0; i < events.count(); i++) {
            Messages.PAYMENT.wrap(decoder, messages, i * MESSAGE_LENGTH);
            all +=
                    decoder.paymentId()
                            + decoder.account()
                            + decoder.eventTimeMs()
                            + decoder.amount()
                            + decoder.merchant()
                            + decoder.flags();
        }
        return all;
    }

    private void parse() {
        try (CsvReader rows = new CsvReader(new ByteArrayInputStream(text), "memory")) {
            CsvMapper mapper = CsvMapper.of(Messages.PAYMENT).build(rows.readHeader());
            int offset = 0;
            while (rows.next()) {
                int length = mapper.map(rows, messages, offset);
                if (length != MESSAGE_LENGTH) {
                    throw new IllegalStateException("a row was rejected: " + length);
                }
                offset += length;
            }
        }
    }

    @Override
    public Answer finish() {
        return new Answer(events.count(), kind == Kind.DECODE ? sum : decode());
    }
}
