package io.penstock.engine;

import io.penstock.engine.control.Assembly;
import io.penstock.engine.control.EngineState;
import io.penstock.engine.control.StageThread;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.Agent;

/** The threads of an engine: which stages share one, on which processor. */
final class StageThreads {
    private final List<StageThread> threads = new ArrayList<>();
    private final EngineState state;
    private final Runnable onFailure;

    /**
     * Creates threads for all stages of an assembly; none of them runs yet.
     *
     * @param beside what runs beside the snapshots
     * @param onFailure called by the thread whose stage fails
     */
    StageThreads(
            Assembly assembly,
            Agent beside,
            EngineConfig config,
            EngineState state,
            Runnable onFailure) {
        this.state = state;
        this.onFailure = onFailure;
        if (config.layout() == Layout.SHARED) {
            List<Agent> all = new ArrayList<>();
            all.add(assembly.journalStage());
            all.add(assembly.operatorStage());
            if (config.durability().isForced()) {
                all.add(assembly.syncStage());
            }
            all.add(assembly.outputStage());
            all.add(assembly.conductor());
            addThread(config, "penstock", all);
        } else {
            addThread(
                    config,
                    "penstock-jrnl",
                    List.of(assembly.journalStage(), assembly.conductor()));
            List<Agent> operators = assembly.operatorStages();
            for (int i = 0; i < operators.size() - 1; i++) {
                addThread(config, "penstock-shard" + i, List.of(operators.get(i)));
            }
            addThread(config, "penstock-oper", List.of(operators.get(operators.size() - 1)));
            addThread(config, "penstock-out", List.of(assembly.outputStage()));
            if (config.durability().isForced()) {
                addThread(config, "penstock-sync", List.of(assembly.syncStage()));
            }
        }
        // Never pinned, and never spinning: it must not take time from the others.
        threads.add(
                new StageThread(
                        "penstock-snap",
                        List.of(assembly.snapshotAgent(), beside),
                        Idling.BACKOFF.newStrategy(),
                        -1,
                        state,
                        onFailure));
    }

    private void addThread(EngineConfig config, String name, List<Agent> agents) {
        int index = threads.size();
        int cpu = index < config.cpus().length ? config.cpus()[index] : -1;
        threads.add(
                new StageThread(
                        name, agents, config.idling().newStrategy(), cpu, state, onFailure));
    }

    void start() {
        threads.forEach(StageThread::start);
    }

    /** Returns when none of them runs any more. */
    void stop() {
        threads.forEach(StageThread::stop);
        threads.forEach(StageThread::join);
    }
}
