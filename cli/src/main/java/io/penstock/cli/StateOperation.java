package io.penstock.cli;

import io.penstock.engine.control.StateEntry;
import io.penstock.engine.control.StateView;
import io.penstock.engine.control.TimeText;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.fault.Printable;
import java.io.PrintStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/** Shows the state of a directory's pipeline, a line an entry, in an order that it defines. */
final class StateOperation {
    private final StateRequest request;
    private final Terminal terminal;
    private StoredMessages messages;
    private long shown;
    private long found;

    StateOperation(StateRequest request, Terminal terminal) {
        this.request = request;
        this.terminal = terminal;
    }

    int run() {
        try (StateView view = Views.open(request.directory(), request.at(), terminal)) {
            messages = StoredMessages.of(request.directory());
            PrintStream out = terminal.out();
            out.println(
                    "at sequence "
                            + view.sequence()
                            + (view.sequence() < 0
                                    ? ", the journal is empty"
                                    : ", journaled " + TimeText.time(view.timeNs())));
            List<String> stages =
                    request.stage() == null ? view.stages() : List.of(request.stage());
            for (String stage : stages) {
                stage(view, stage);
            }
            if (found > shown) {
                out.println((found - shown) + " more entries (raise --limit)");
            }
            out.flush();
            requireFound(view);
        }
        return ExitCode.OK;
    }

    private void stage(StateView view, String stage) {
        StateView.Page page =
                view.page(stage, request.state(), request.key(), request.limit() - shown);
        found += page.total();
        shown += page.entries().size();
        StringBuilder line = new StringBuilder("stage ").append(stage).append(": watermark ");
        line.append(TimeText.time(view.watermarkNs(stage)));
        for (Map.Entry<String, Long> count : view.counts(stage).entrySet()) {
            line.append(' ').append(count.getKey()).append('=').append(count.getValue());
        }
        if (request.key() == null || page.total() > 0) {
            terminal.out().println(line);
        }
        for (StateEntry entry : page.entries()) {
            terminal.out().println(line(entry));
        }
    }

    private String line(StateEntry entry) {
        StringBuilder line = new StringBuilder("  ").append(entry.state());
        if (!entry.key().isEmpty()) {
            line.append(" key=").append(Printable.of(entry.key()));
        }
        for (StateEntry.Field field : entry.fields()) {
            line.append(' ').append(field.name()).append('=');
            switch (field.type()) {
                case MESSAGE -> {
                    byte[] bytes = HexFormat.of().parseHex(field.text());
                    messages.appendJson(line, new UnsafeBuffer(bytes), 0, bytes.length);
                }
                case BYTES -> line.append("0x").append(field.text());
                case NUMBER, TIME, TEXT -> line.append(Printable.of(field.text()));
            }
        }
        return line.toString();
    }

    private void requireFound(StateView view) {
        if (request.key() == null || found > 0) {
            return;
        }
        String hint =
                request.stage() == null
                        ? "(name its --stage for a hint)"
                        : view.nearestKey(request.stage(), request.key());
        throw new PenstockException(
                Category.CONFIGURATION,
                (request.stage() == null
                                ? "no stage keeps anything"
                                : "stage " + request.stage() + " keeps nothing")
                        + " for key "
                        + request.key()
                        + " "
                        + hint);
    }
}
