package io.penstock.benchmarks;

/** W2 by hand on one thread, straight from the generated events. */
final class HandLoop implements Contender {
    private final String name;
    private final Events events;
    private final WindowTables tables;
    private Answer answer;

    HandLoop(String name, Events events) {
        this.name = name;
        this.events = events;
        this.tables = new WindowTables(events.keys());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long events() {
        return events.count();
    }

    @Override
    public void prepare() {
        tables.reset();
    }

    @Override
    public void run() {
        long[] values = events.values();
        for (int at = 0; at < values.length; at += Events.LONGS) {
            tables.onEvent(
                    values[at + Events.ACCOUNT],
                    values[at + Events.TIME_MS],
                    values[at + Events.AMOUNT]);
        }
        answer = tables.finish();
    }

    @Override
    public Answer finish() {
        return answer;
    }
}
