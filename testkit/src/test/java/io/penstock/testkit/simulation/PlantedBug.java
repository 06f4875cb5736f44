package io.penstock.testkit.simulation;

import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.control.AssemblyConfig;
import io.penstock.engine.core.Core;
import io.penstock.engine.egress.LogStorage;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.memory.FrozenMemory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.journal.Durability;
import io.penstock.journal.store.FrameStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.EpochNanoClock;

/** Something wrong on purpose, and the invariants that may notice it. */
@SuppressWarnings("ImmutableEnumChecker") // suppliers make new parts, sets are copies
enum PlantedBug {
    GATE_IGNORES_JOURNAL(
            () ->
                    new Seams() {
                        @Override
                        public AssemblyConfig config(AssemblyConfig right) {
                            return right.withDurability(Durability.NONE);
                        }
                    },
            "NoOutputBeforeItsCauseIsJournaled",
            "NoOutputOutlivesItsCause",
            "AcknowledgedAtPowerIsNeverLost",
            "AcknowledgedSurvivesTheProcess",
            "PeriodicLosesAtMostItsPeriod"),

    OUTPUT_LOG_IS_NOT_CUT(
            () -> log(BrokenLog.Bug.IGNORES_CUTS),
            "OutputLogHoldsEveryResult",
            "OutputsEqualReference",
            "OrdinalsDense",
            "NoOutputBeforeItsCauseIsJournaled",
            "Recovers"),

    OUTPUT_LOG_LOSES_FRAME(
            () -> log(BrokenLog.Bug.LOSES_FRAMES),
            "OutputLogHoldsEveryResult",
            "OutputsEqualReference",
            "OrdinalsDense",
            "RecoveryUsesNewestSnapshot",
            "Recovers"),

    SINK_IS_GIVEN_LAST_RESULT_AGAIN(
            () -> sink((right, from, committed) -> Math.max(0, from - 1)), "OrdinalsDense"),

    SINK_IS_NOT_GIVEN_NEXT_RESULT(
            () -> sink((right, from, committed) -> from + 1),
            "OrdinalsDense",
            "OutputsEqualReference"),

    SINK_BELIEVES_SNAPSHOT_NOT_ITS_FILE(
            () -> sink((right, from, committed) -> committed.ordinal()),
            "OrdinalsDense",
            "OutputsEqualReference"),

    JOURNAL_FRAME_IS_ACKNOWLEDGED_BUT_LOST(
            () -> frames(BrokenFrames.Bug.LOSES_FRAMES), "Recovers", "NothingAcceptedIsLost"),

    JOURNAL_IS_NOT_FORCED_BEFORE_SNAPSHOT(
            () -> frames(BrokenFrames.Bug.FORCES_NOTHING),
            "Recovers",
            "NothingAcceptedIsLost",
            "AcknowledgedAtPowerIsNeverLost",
            "PeriodicLosesAtMostItsPeriod"),

    ACKNOWLEDGED_BEFORE_THE_FORCE(
            () ->
                    new Seams() {
                        @Override
                        public AssemblyConfig config(AssemblyConfig right) {
                            return right.durability().isForced()
                                    ? right.withDurability(Durability.PROCESS)
                                    : right;
                        }
                    },
            "AcknowledgedAtPowerIsNeverLost",
            "PeriodicLosesAtMostItsPeriod",
            "NoOutputOutlivesItsCause"),

    FAILED_FORCE_IS_IGNORED(
            () -> frames(BrokenFrames.Bug.IGNORES_FAILED_FORCES),
            "AcknowledgedAtPowerIsNeverLost",
            "PeriodicLosesAtMostItsPeriod",
            "NothingAcceptedIsLost",
            "Recovers"),

    FAILED_FORCE_IS_TRIED_AGAIN(
            () -> frames(BrokenFrames.Bug.FORCES_AGAIN),
            "AcknowledgedAtPowerIsNeverLost",
            "PeriodicLosesAtMostItsPeriod",
            "NothingAcceptedIsLost",
            "Recovers"),

    RECOVERY_BELIEVES_THE_KERNEL_AFTER_FAILED_FORCE(
            () -> frames(BrokenFrames.Bug.WRITES_NOTHING_AGAIN),
            "AcknowledgedAtPowerIsNeverLost",
            "PeriodicLosesAtMostItsPeriod",
            "NothingAcceptedIsLost",
            "Recovers"),

    PERIOD_IS_TEN_TIMES_AS_LONG(
            () ->
                    new Seams() {
                        @Override
                        public AssemblyConfig config(AssemblyConfig right) {
                            return right.durability().kind() == Durability.Kind.PERIODIC
                                    ? right.withDurability(
                                            Durability.periodic(
                                                    Duration.ofNanos(
                                                            10 * right.durability().periodNs())))
                                    : right;
                        }
                    },
            "PeriodicLosesAtMostItsPeriod"),

    FAILED_APPEND_IS_ACKNOWLEDGED(
            () -> frames(BrokenFrames.Bug.IGNORES_FAILED_APPENDS),
            "NothingAcceptedIsLost",
            "Recovers",
            "KeepsRunning"),

    FAILED_APPEND_IS_TRIED_AGAIN(
            () -> frames(BrokenFrames.Bug.APPENDS_AGAIN),
            "NothingAcceptedIsLost",
            "Recovers",
            "KeepsRunning"),

    MARK_IS_NOT_FORCED(
            () -> frames(BrokenFrames.Bug.MARK_IS_NOT_FORCED),
            "NothingAcceptedIsLost",
            "AcknowledgedAtPowerIsNeverLost",
            "PeriodicLosesAtMostItsPeriod",
            "NoOutputOutlivesItsCause",
            "Recovers"),

    DAMAGE_IS_TAKEN_FOR_THE_END(
            () -> frames(BrokenFrames.Bug.DAMAGE_IS_THE_END),
            "NothingAcceptedIsLost",
            "AcknowledgedAtPowerIsNeverLost",
            "AcknowledgedSurvivesTheProcess",
            "PeriodicLosesAtMostItsPeriod",
            "Recovers"),

    DIRECTORY_IS_NOT_FORCED(
            () ->
                    new Seams() {
                        @Override
                        public Consumer<String> directory(Consumer<String> right) {
                            return name -> {};
                        }
                    },
            "NothingAcceptedIsLost",
            "AcknowledgedAtPowerIsNeverLost",
            "PeriodicLosesAtMostItsPeriod",
            "MadeSnapshotsStay",
            "Recovers"),

    DIRECTORY_OF_SNAPSHOTS_IS_NOT_FORCED(
            () ->
                    new Seams() {
                        @Override
                        public Consumer<String> directory(Consumer<String> right) {
                            return name -> {
                                if (name.endsWith(".segment")) {
                                    right.accept(name);
                                }
                            };
                        }
                    },
            "MadeSnapshotsStay"),

    FULL_OUTPUT_LOG_IS_IGNORED(
            () -> log(BrokenLog.Bug.IGNORES_FAILED_APPENDS),
            "OutputLogHoldsEveryResult",
            "OutputsEqualReference",
            "OrdinalsDense",
            "RecoveryUsesNewestSnapshot",
            "Recovers"),

    FAILED_SINK_IS_IGNORED(
            () ->
                    new Seams() {
                        @Override
                        public Sink sink(String name, Sink right) {
                            return BrokenSink.thatIgnoresFailures(right);
                        }
                    },
            "OrdinalsDense",
            "OutputsEqualReference"),

    FAILED_SNAPSHOT_STOPS_THE_ENGINE(
            () -> snapshots(BrokenSnapshots.Bug.FAILS_FOR_GOOD), "KeepsRunning"),

    NEWEST_SNAPSHOT_IS_DELETED_FOR_THE_OLDEST(
            () -> snapshots(BrokenSnapshots.Bug.DELETES_THE_NEWEST),
            "MadeSnapshotsStay",
            "SnapshotsAreMade"),

    CLOCK_MUST_NOT_GO_BACK(
            () -> clock(PlantedBug::refusing), "KeepsTaking", "KeepsRunning", "Recovers"),

    TICKS_WAIT_FOR_THE_OLD_TIME(() -> clock(PlantedBug::waiting), "TicksFollowTheClock"),

    JOURNAL_TAIL_IS_NOT_CUT(
            () -> frames(BrokenFrames.Bug.CUTS_NOTHING), "Recovers", "NothingAcceptedIsLost"),

    SNAPSHOT_IS_NEVER_SEALED(() -> snapshots(BrokenSnapshots.Bug.NEVER_SEALS), "SnapshotsAreMade"),

    STALE_SNAPSHOT_IS_PREFERRED(
            () -> snapshots(BrokenSnapshots.Bug.LISTS_OLDEST_LAST),
            "RecoveryUsesNewestSnapshot",
            "SnapshotsAreMade"),

    SNAPSHOT_NAMES_SEQUENCE_BEFORE_ITS_OWN(
            () -> restore("header", s -> add(s, 20, -1)),
            "RecoveryUsesNewestSnapshot",
            "StateHashEqualsReplay",
            "OutputsEqualReference",
            "Recovers"),

    SNAPSHOT_NAMES_SEQUENCE_AFTER_ITS_OWN(
            () -> restore("header", s -> add(s, 20, 1)),
            "RecoveryUsesNewestSnapshot",
            "StateHashEqualsReplay",
            "OutputsEqualReference",
            "Recovers"),

    SUPPRESSION_IS_OFF_BY_ONE(
            () -> restore("sink/windows", s -> add(s, s.limit() - 8, 1)),
            "StateHashEqualsReplay",
            "OrdinalsDense",
            "OutputsEqualReference"),

    RESTORE_FORGETS_WATERMARK(
            () -> restore("overlap", s -> s.putLong(0, Long.MIN_VALUE)),
            "StateHashEqualsReplay",
            "WatermarkMonotone",
            "OutputsEqualReference"),

    RESTORE_FORGETS_PANES(
            () -> restore("overlap", s -> s.putInt(stateOf(s), 0)),
            "StateHashEqualsReplay",
            "OutputsEqualReference"),

    RESTORE_FORGETS_WAITING_EVENTS(
            () -> restore("ordered", s -> s.putInt(stateOf(s) + 4, 0)),
            "StateHashEqualsReplay",
            "Recovers",
            "KeepsRunning",
            "OutputsEqualReference"),

    RESTORE_FORGETS_TIMERS(
            () -> restore("handler", PlantedBug::forgetTimers),
            "StateHashEqualsReplay",
            "OutputsEqualReference"),

    RESTORE_FORGETS_SOURCE_POSITION(
            () -> restore("a", s -> s.putLong(stateOf(s) + 16, -1)),
            "StateHashEqualsReplay",
            "SourcesOnceInOrder"),

    RESTORE_FORGETS_ARRIVAL_ORDER(
            () -> restore("core", s -> s.putLong(16, 0)), "StateHashEqualsReplay"),

    SNAPSHOT_OF_MEMORY_THAT_IS_CHANGED_ALREADY(
            () ->
                    new Seams() {
                        @Override
                        public void beforeSnapshotWork(Core core) {
                            core.frozenMemories().forEach(FrozenMemory::finish);
                        }
                    },
            "StateHashEqualsReplay",
            "OutputsEqualReference",
            "KeepsRunning",
            "Recovers"),

    SOURCE_SENDS_LAST_EVENT_AGAIN(
            () -> resume(right -> Math.max(0, right - 1)), "SourcesOnceInOrder"),

    SOURCE_FORGETS_EVENT(() -> resume(right -> right + 1), "SourcesOnceInOrder"),

    HANDLER_KEEPS_STATE_IN_FIELDS(
            () ->
                    new Seams() {
                        @Override
                        public Pipeline pipeline(Pipeline right) {
                            return SimulatedPipeline.define(ForgetfulHandler::new);
                        }
                    },
            "StateHashEqualsReplay",
            "OutputsEqualReference");

    private final Supplier<Seams> planted;
    private final Set<String> broken;

    PlantedBug(Supplier<Seams> planted, String... broken) {
        this.planted = planted;
        this.broken = Set.of(broken);
    }

    Seams plant() {
        return planted.get();
    }

    boolean isBrokenBy(String invariant) {
        return broken.contains(invariant);
    }

    private static Seams clock(UnaryOperator<EpochNanoClock> wrong) {
        return new Seams() {
            @Override
            public EpochNanoClock clock(EpochNanoClock right) {
                return wrong.apply(right);
            }
        };
    }

    /** A clock that takes a time before the last one for a fault. */
    private static EpochNanoClock refusing(EpochNanoClock right) {
        long[] last = {Long.MIN_VALUE};
        return () -> {
            long now = right.nanoTime();
            if (now < last[0]) {
                throw new IllegalStateException("the clock went back to " + now);
            }
            last[0] = now;
            return now;
        };
    }

    /** A clock that stands until it is as late as it was. */
    private static EpochNanoClock waiting(EpochNanoClock right) {
        long[] last = {Long.MIN_VALUE};
        return () -> last[0] = Math.max(last[0], right.nanoTime());
    }

    private static Seams log(BrokenLog.Bug bug) {
        return new Seams() {
            @Override
            public LogStorage log(LogStorage right) {
                return new BrokenLog(right, bug);
            }
        };
    }

    private static Seams frames(BrokenFrames.Bug bug) {
        return new Seams() {
            @Override
            public FrameStore frames(FrameStore right) {
                return new BrokenFrames(right, bug);
            }
        };
    }

    private static Seams snapshots(BrokenSnapshots.Bug bug) {
        return new Seams() {
            @Override
            public SnapshotStorage snapshots(SnapshotStorage right) {
                return new BrokenSnapshots(right, bug);
            }
        };
    }

    private static Seams restore(String section, Consumer<ByteBuffer> change) {
        return new Seams() {
            @Override
            public SnapshotStorage snapshots(SnapshotStorage right) {
                return new SnapshotSurgery(right, section, change);
            }
        };
    }

    private static Seams sink(BrokenSink.Opening opening) {
        return new Seams() {
            @Override
            public Sink sink(String name, Sink right) {
                return new BrokenSink(right, opening);
            }
        };
    }

    private static Seams resume(LongUnaryOperator wrong) {
        return new Seams() {
            @Override
            public long resumeAt(long right) {
                return right == 0 ? 0 : wrong.applyAsLong(right);
            }
        };
    }

    private static void add(ByteBuffer section, int at, long value) {
        section.putLong(at, section.getLong(at) + value);
    }

    /** Where a stage's own state starts: behind its watermark and its counts. */
    private static int stateOf(ByteBuffer section) {
        return 12 + 8 * section.getInt(8);
    }

    /**
     * Timers and clock timers stand last but for a word: of each kind of keys, count, and 24 bytes
     * a timer, its time first. The timers are put off so far that none ever fires.
     */
    private static void forgetTimers(ByteBuffer section) {
        int clockTimers = timersBefore(section, section.limit() - Integer.BYTES);
        int timers = timersBefore(section, clockTimers);
        for (int i = section.getInt(timers + 4) - 1; i >= 0; i--) {
            section.putLong(timers + 8 + 24 * i, Long.MAX_VALUE / 2);
        }
    }

    private static int timersBefore(ByteBuffer section, int end) {
        for (int count = 0; ; count++) {
            int at = end - 24 * count - 8;
            if (section.getInt(at) == 1 && section.getInt(at + 4) == count) {
                return at;
            }
        }
    }

    /** Adds every third event of a life twice, because it counts them where nobody saves it. */
    private static final class ForgetfulHandler extends SimulatedHandler {
        private int events;

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            if (++events % 3 == 0) {
                super.onEvent(event, context);
            }
            super.onEvent(event, context);
        }
    }
}
