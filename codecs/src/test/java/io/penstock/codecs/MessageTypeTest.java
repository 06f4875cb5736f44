package io.penstock.codecs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.builtin.BarDecoder;
import io.penstock.codecs.builtin.TradeDecoder;
import io.penstock.codecs.builtin.TradeEncoder;
import io.penstock.codecs.system.TickDecoder;
import io.penstock.codecs.system.TickEncoder;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class MessageTypeTest {
    @Test
    void shouldDescribeMessageByItsFlyweights() {
        MessageType<TradeDecoder, TradeEncoder> type = BuiltinMessages.TRADE;

        assertEquals("Trade", type.name());
        assertEquals(802, type.schemaId());
        assertEquals(3, type.templateId());
        assertEquals(0, type.version());
        assertEquals(24, type.blockLength());
        assertArrayEquals(BuiltinMessages.SCHEMA.toBytes(), type.irBytes());
        assertEquals("Trade(schema=802, template=3, version=0)", type.toString());
    }

    @Test
    void shouldWriteAndReadThroughTheHeader() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[100]);
        TradeEncoder encoder = BuiltinMessages.TRADE.newEncoder();
        TradeDecoder decoder = BuiltinMessages.TRADE.newDecoder();

        BuiltinMessages.TRADE.wrapAndWriteHeader(encoder, buffer, 10);
        encoder.eventTimeNs(1).price(2).qty(3).symbol("XRP");
        int length = BuiltinMessages.TRADE.encodedLength(encoder);
        BuiltinMessages.TRADE.wrap(decoder, buffer, 10);

        assertEquals(8 + 24 + 2 + 3, length);
        assertEquals(0, BuiltinMessages.TRADE.validator().validate(buffer, 10, length));
        assertEquals(2, decoder.price());
        assertEquals("XRP", decoder.symbol());
    }

    @Test
    void shouldDescribeAllMessagesOfOurs() {
        assertEquals(5, SystemMessages.SCHEMA.templateIds().size());
        assertEquals("FrameHeader", SystemMessages.FRAME_HEADER.name());
        assertEquals(7, BuiltinMessages.LATE_EVENT.templateId());
    }

    @Test
    void shouldRefuseIrOfAnotherSchema() {
        byte[] other = SystemMessages.SCHEMA.toBytes();
        PenstockException fault =
                assertThrows(
                        PenstockException.class,
                        () -> MessageType.of("t", other, TradeDecoder::new, TradeEncoder::new));

        assertEquals(Category.CONFIGURATION, fault.category());
        assertTrue(fault.getMessage().contains("schema id 802, the IR has 801"));
    }

    @Test
    void shouldRefuseFlyweightsOfDifferentMessages() {
        assertThrows(
                PenstockException.class,
                () -> MessageType.of(BuiltinMessages.SCHEMA, BarDecoder::new, TradeEncoder::new));
        assertThrows(
                PenstockException.class,
                () -> MessageType.of(BuiltinMessages.SCHEMA, TradeDecoder::new, TickEncoder::new));
        assertThrows(
                PenstockException.class,
                () -> MessageType.of(TestSchemas.version(0), TickDecoder::new, TickEncoder::new));
    }
}
