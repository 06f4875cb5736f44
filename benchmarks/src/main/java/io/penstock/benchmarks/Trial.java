package io.penstock.benchmarks;

/** A contender in JMH's hands: prepared before and checked after each invocation. */
final class Trial {
    private Contender contender;
    private Answer expected;

    /** Takes a contender, and what it must answer every time. */
    void start(Contender newContender, Answer answer) {
        contender = newContender;
        expected = answer;
    }

    void prepare() {
        contender.prepare();
    }

    void run() {
        contender.run();
    }

    void check() {
        Interleaved.check(contender, expected, contender.finish());
    }
}
