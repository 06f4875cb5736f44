package io.penstock.examples;

import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.examples.sbe.AlertKind;
import io.penstock.examples.sbe.MeasurementDecoder;
import io.penstock.examples.sbe.SensorAlertDecoder;
import io.penstock.examples.sbe.SensorAlertEncoder;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sensors that are too hot, and sensors that say nothing. Hot is from 30.0 degrees on, and no more
 * only below 28.0, so that one that wavers gives one alert. Silent is after a minute without a
 * measurement: no event tells of it, a timer does.
 */
public final class SensorWatch {
    static final Duration DISORDER = Duration.ofSeconds(5);
    static final Duration SILENCE = Duration.ofMinutes(1);
    static final long HOT_FROM = 300;
    static final long COOL_BELOW = 280;
    private static final int SCALE = 1;

    private static final CsvFormat ALERTS =
            CsvFormat.of(
                    Messages.SENSOR_ALERT,
                    List.of("time", "alert", "celsius", "sensor"),
                    SensorWatch::print);

    private SensorWatch() {}

    static Pipeline pipeline() {
        return Pipeline.define(
                "iot",
                p ->
                        p.source("measurements", Messages.MEASUREMENT)
                                .eventTime(
                                        MeasurementDecoder::eventTimeNs, Disorder.within(DISORDER))
                                .filter("plausible", SensorWatch::isPlausible)
                                .inOrder("in-order", Late.drop())
                                .keyByBytes(
                                        "by-sensor",
                                        (measured, key) ->
                                                measured.getSensor(key, 0, key.capacity()))
                                .process("watch", Messages.SENSOR_ALERT, Watch::new)
                                .sink("alerts", Sinks.csv(ALERTS)));
    }

    /** A broken thermometer says -273.1 or 999.9. */
    private static boolean isPlausible(MeasurementDecoder measured) {
        return measured.tenths() > -500 && measured.tenths() < 1000;
    }

    /** State of a sensor: its last measurement in tenths, whether it is hot, whether silent. */
    private static final class Watch implements Handler<MeasurementDecoder, SensorAlertEncoder> {
        private static final int TENTHS = 0;
        private static final int IS_HOT = 8;
        private static final int IS_SILENT = 16;
        private static final int LENGTH = 24;
        private static final long SILENT = 1;

        private ValueState sensors;

        @Override
        public void open(HandlerSetup setup) {
            sensors = setup.value("sensors", LENGTH);
        }

        @Override
        public void onEvent(
                Event<MeasurementDecoder> event, HandlerContext<SensorAlertEncoder> context) {
            long timeNs = event.eventTimeNs();
            long tenths = event.message().tenths();
            UnsafeBuffer sensor = sensors.update();
            sensor.putLong(TENTHS, tenths);
            if (sensor.getLong(IS_SILENT) == 1) {
                sensor.putLong(IS_SILENT, 0);
                alert(context, timeNs, AlertKind.BACK, tenths);
            }
            if (sensor.getLong(IS_HOT) == 0 && tenths >= HOT_FROM) {
                sensor.putLong(IS_HOT, 1);
                alert(context, timeNs, AlertKind.HIGH, tenths);
            } else if (sensor.getLong(IS_HOT) == 1 && tenths < COOL_BELOW) {
                sensor.putLong(IS_HOT, 0);
                alert(context, timeNs, AlertKind.NORMAL, tenths);
            }
            context.schedule(SILENT, timeNs + SILENCE.toNanos());
        }

        @Override
        public void onTimer(long timerId, long timeNs, HandlerContext<SensorAlertEncoder> context) {
            UnsafeBuffer sensor = sensors.update();
            sensor.putLong(IS_SILENT, 1);
            alert(context, timeNs, AlertKind.SILENT, sensor.getLong(TENTHS));
        }

        private static void alert(
                HandlerContext<SensorAlertEncoder> context,
                long timeNs,
                AlertKind kind,
                long tenths) {
            DirectBuffer sensor = context.key();
            context.begin()
                    .timeNs(timeNs)
                    .kind(kind)
                    .tenths(tenths)
                    .putSensor(sensor, 0, sensor.capacity());
            context.emit();
        }
    }

    private static void print(SensorAlertDecoder alert, CsvLine line) {
        line.time(alert.timeNs())
                .field(alert.kind().name())
                .decimal(alert.tenths(), SCALE)
                .field(alert.sensor());
    }

    static void run(Options options, PrintStream out) {
        try (Run run = Run.open(options, pipeline())) {
            run.csv(
                            "measurements",
                            "measurements",
                            CsvMapper.of(Messages.MEASUREMENT)
                                    .time("eventTimeNs", "time", TimeUnitFormat.ISO)
                                    .decimal("tenths", "celsius", SCALE))
                    .print(out, "alerts");
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run(new Options(args), System.out);
    }
}
