package io.penstock.testkit.simulation;

import java.util.List;

/** Every promise that a run is held to. */
final class Invariants {
    private Invariants() {}

    static List<Invariant> all() {
        return List.of(
                new JournalInvariants.NothingAcceptedIsLost(),
                new JournalInvariants.SourcesOnceInOrder(),
                new OutputInvariants.NoOutputBeforeItsCauseIsJournaled(),
                new OutputInvariants.OrdinalsDense(),
                new StateInvariants.WatermarkMonotone(),
                new LevelInvariants.AcknowledgedAtPowerIsNeverLost(),
                new LevelInvariants.AcknowledgedSurvivesTheProcess(),
                new LevelInvariants.PeriodicLosesAtMostItsPeriod(),
                new LevelInvariants.NoOutputOutlivesItsCause(),
                new LevelInvariants.AcknowledgedNeverGoesBack(),
                new StateInvariants.StateHashEqualsReplay(),
                new OutputInvariants.OutputsEqualReference(),
                new OutputInvariants.OutputLogHoldsEveryResult(),
                new StateInvariants.RecoveryUsesNewestSnapshot(),
                new StateInvariants.MadeSnapshotsStay(),
                new StateInvariants.SnapshotsAreMade(),
                new StateInvariants.Conservation(),
                new LivenessInvariants.TicksFollowTheClock());
    }
}
