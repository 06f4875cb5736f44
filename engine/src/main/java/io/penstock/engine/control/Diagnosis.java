package io.penstock.engine.control;

import io.penstock.engine.core.Core;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.Pending;
import io.penstock.engine.operator.SourceOperator;
import io.penstock.engine.time.SourceClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Says in words what each stage waits for, and which source holds its watermark back since when.
 *
 * <p>Journaled times are those of the engine's clock; all others are event times.
 */
final class Diagnosis {
    private final Core core;
    private final List<String> lines = new ArrayList<>();

    Diagnosis(Core core) {
        this.core = core;
    }

    List<String> lines() {
        lines.add(
                core.lastSequence() < 0
                        ? "nothing comes out because nothing came in: the journal is empty"
                        : "at sequence "
                                + core.lastSequence()
                                + ", journaled "
                                + TimeText.time(core.timeNs()));
        for (int i = 0; i < core.pipeline().sources().size(); i++) {
            source(core.source(i));
        }
        List<Operator> operators = core.operators();
        for (int i = 0; i < operators.size(); i++) {
            List<Pending> pending = operators.get(i).pending();
            if (pending != null) {
                stage(operators.get(i), pending, core.sourcesOf(i));
            }
        }
        return lines;
    }

    private void source(SourceOperator<?> source) {
        SourceClock clock = source.clock();
        StringBuilder line = new StringBuilder("source ").append(source.name()).append(": ");
        if (clock.isEnded()) {
            line.append("ended, holds nothing back; ");
        } else if (clock.isIdle()) {
            line.append("idle, holds nothing back; ");
        }
        if (clock.events() == 0) {
            line.append("no event yet");
        } else {
            line.append("watermark ").append(TimeText.time(clock.watermark()));
            line.append(", last event ").append(TimeText.time(clock.lastEventNs()));
            if (clock.lastEventNs() != clock.latestEventNs()) {
                line.append(", latest event ").append(TimeText.time(clock.latestEventNs()));
            }
        }
        if (clock.position() != SourceClock.NO_POSITION) {
            line.append(", last record journaled ").append(TimeText.time(clock.lastRecordNs()));
        }
        line.append(", events ").append(clock.events());
        counts(source, line);
        lines.add(line.toString());
    }

    /** What went wrong with events, as far as something did. */
    private static void counts(Operator operator, StringBuilder line) {
        String[] labels = operator.countLabels();
        for (int i = 0; i < labels.length; i++) {
            boolean isTrouble =
                    switch (labels[i]) {
                        case "late", "behind", "future", "clamped", "rejected" -> true;
                        default -> false;
                    };
            if (isTrouble && operator.countOf(i) > 0) {
                line.append(", ").append(labels[i]).append(' ').append(operator.countOf(i));
            }
        }
    }

    private void stage(Operator stage, List<Pending> pending, int[] sources) {
        StringBuilder line = new StringBuilder("stage ").append(stage.name()).append(": ");
        line.append(
                stage.watermark() == Operator.NO_WATERMARK
                        ? "no watermark yet"
                        : "watermark " + TimeText.time(stage.watermark()));
        counts(stage, line);
        lines.add(line.toString());
        if (pending.isEmpty()) {
            lines.add("  nothing waits here: it has no open window, timer or event");
        }
        for (Pending next : pending) {
            waits(stage, next, sources);
        }
    }

    private void waits(Operator stage, Pending next, int[] sources) {
        if (next.dueNs() == Operator.END_OF_TIME) {
            lines.add("  next " + next.what() + " due when all sources have ended");
            return;
        }
        StringBuilder line = new StringBuilder("  next ").append(next.what()).append(' ');
        if (next.startNs() != next.endNs()) {
            line.append('[').append(TimeText.time(next.startNs())).append(", ");
            line.append(TimeText.time(next.endNs())).append(") due at ");
        }
        line.append(TimeText.time(next.dueNs()));
        long nowNs = next.isByClock() ? core.timeNs() : stage.watermark();
        if (nowNs != Operator.NO_WATERMARK) {
            line.append(", ").append(TimeText.distance(nowNs, next.dueNs())).append(" away");
        }
        lines.add(line.toString());
        lines.add(
                next.isByClock()
                        ? "  nothing comes out because the engine's clock, moved by records and"
                                + " ticks, has not reached it: "
                                + TimeText.time(core.timeNs())
                        : "  nothing comes out because " + because(next.dueNs(), sources));
    }

    private String because(long dueNs, int[] sources) {
        List<SourceOperator<?>> holders = new ArrayList<>();
        List<String> idle = new ArrayList<>();
        boolean isLive = false;
        for (int id : sources) {
            SourceOperator<?> source = core.source(id);
            if (source.clock().isEnded()) {
                continue;
            }
            if (source.clock().isIdle()) {
                idle.add(
                        "source "
                                + source.name()
                                + " is silent since "
                                + TimeText.time(source.clock().lastRecordNs()));
                continue;
            }
            isLive = true;
            if (source.clock().watermark() < dueNs) {
                holders.add(source);
            }
        }
        if (!isLive) {
            return "all sources that have not ended are idle, so that time stands still: "
                    + String.join(", ", idle);
        }
        holders.sort(Comparator.comparingLong(source -> source.clock().watermark()));
        if (holders.isEmpty()) {
            return "its sources have only just come so far: the next record brings it";
        }
        StringBuilder text = new StringBuilder(held(holders.get(0)));
        text.append("; it takes ").append(holders.get(0).neededFor(dueNs, TimeText::time));
        for (SourceOperator<?> other : holders.subList(1, holders.size())) {
            text.append("; and source ").append(other.name()).append(", whose watermark is ");
            text.append(TimeText.time(other.clock().watermark()));
        }
        return text.toString();
    }

    private static String held(SourceOperator<?> source) {
        SourceClock clock = source.clock();
        String name = "source " + source.name() + " holds it back: ";
        if (clock.events() == 0 && clock.watermark() == Operator.NO_WATERMARK) {
            return name
                    + (clock.position() == SourceClock.NO_POSITION
                            ? "it has given nothing yet"
                            : "it has given no event yet");
        }
        if (clock.watermark() == Operator.NO_WATERMARK) {
            return name + "none of its events has carried a watermark yet";
        }
        return name
                + "its watermark is "
                + TimeText.time(clock.watermark())
                + " since "
                + TimeText.time(clock.sinceNs())
                + " (journaled), its last event "
                + TimeText.time(clock.lastEventNs())
                + ", its last record journaled "
                + TimeText.time(clock.lastRecordNs());
    }
}
