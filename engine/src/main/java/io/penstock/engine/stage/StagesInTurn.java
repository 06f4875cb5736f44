package io.penstock.engine.stage;

import java.util.List;
import org.agrona.concurrent.Agent;

/** Several stages that take turns on one thread. */
public final class StagesInTurn implements Agent {
    private final Agent[] stages;
    private final String roleName;

    /** Puts stages together, in the order in which they work. */
    public StagesInTurn(String roleName, List<? extends Agent> stages) {
        this.roleName = roleName;
        this.stages = stages.toArray(new Agent[0]);
    }

    @Override
    public void onStart() {
        for (Agent stage : stages) {
            stage.onStart();
        }
    }

    @Override
    public int doWork() throws Exception {
        int work = 0;
        for (int i = 0; i < stages.length; i++) {
            work += stages[i].doWork();
        }
        return work;
    }

    @Override
    public void onClose() {
        for (Agent stage : stages) {
            stage.onClose();
        }
    }

    @Override
    public String roleName() {
        return roleName;
    }
}
