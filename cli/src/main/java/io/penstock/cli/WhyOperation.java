package io.penstock.cli;

import io.penstock.engine.control.StateView;

/** Says why nothing comes out. */
final class WhyOperation {
    private final WhyRequest request;
    private final Terminal terminal;

    WhyOperation(WhyRequest request, Terminal terminal) {
        this.request = request;
        this.terminal = terminal;
    }

    int run() {
        try (StateView view = Views.open(request.directory(), request.at(), terminal)) {
            view.why().forEach(terminal.out()::println);
        }
        terminal.out().flush();
        return ExitCode.OK;
    }
}
