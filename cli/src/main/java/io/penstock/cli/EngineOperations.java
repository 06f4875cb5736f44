package io.penstock.cli;

/** Answers the commands with the engine. */
final class EngineOperations implements Operations {
    @Override
    public int run(RunRequest request, Terminal terminal) {
        return new RunOperation(request, terminal).run();
    }

    @Override
    public int replay(ReplayRequest request, Terminal terminal) {
        return new ReplayOperation(request, terminal).run();
    }

    @Override
    public int journal(JournalRequest request, Terminal terminal) {
        return new JournalOperation(request, terminal).run();
    }

    @Override
    public int audit(AuditRequest request, Terminal terminal) {
        return new AuditOperation(request, terminal).run();
    }

    @Override
    public int stat(StatRequest request, Terminal terminal) {
        return new StatOperation(request, terminal).run();
    }

    @Override
    public int why(WhyRequest request, Terminal terminal) {
        return new WhyOperation(request, terminal).run();
    }

    @Override
    public int state(StateRequest request, Terminal terminal) {
        return new StateOperation(request, terminal).run();
    }

    @Override
    public int demo(DemoRequest request, Terminal terminal) {
        return new DemoOperation(request, terminal).run();
    }
}
