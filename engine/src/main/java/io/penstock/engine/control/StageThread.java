package io.penstock.engine.control;

import java.util.List;
import net.openhft.affinity.Affinity;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;

/**
 * A thread that polls one or more agents in turn until it is told to stop or one of them throws.
 *
 * <p>Whatever an agent throws moves the engine to FAILED, which frees everybody who waits. Pins
 * itself, since a mask set outside would be inherited by the wrong threads.
 */
public final class StageThread {
    private static final int NO_CPU = -1;
    private static final long JOIN_SLICE_MS = 100;

    private final List<Agent> agents;
    private final IdleStrategy idle;
    private final int cpu;
    private final EngineState state;
    private final Runnable onFailure;
    private final Thread thread;
    private volatile boolean stopping;

    /**
     * Creates a thread that is not started.
     *
     * @param name at most 15 characters, so that top shows it
     * @param cpu to pin to; negative: none
     * @param onFailure called once on this thread after the state has moved to FAILED
     */
    public StageThread(
            String name,
            List<Agent> agents,
            IdleStrategy idle,
            int cpu,
            EngineState state,
            Runnable onFailure) {
        this.agents = List.copyOf(agents);
        this.idle = idle;
        this.cpu = cpu;
        this.state = state;
        this.onFailure = onFailure;
        this.thread = new Thread(this::run, name);
        this.thread.setDaemon(true);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Tells the thread to stop after the duty cycle it is in. */
    public void stop() {
        stopping = true;
    }

    /** Waits until the thread has ended. */
    public void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join(JOIN_SLICE_MS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the caller is this thread. */
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    private void run() {
        try {
            if (cpu > NO_CPU) {
                Affinity.setAffinity(cpu);
            }
            Agent[] all = agents.toArray(new Agent[0]);
            for (Agent agent : all) {
                agent.onStart();
            }
            while (!stopping && !state.isFailed()) {
                int work = 0;
                for (int i = 0; i < all.length; i++) {
                    work += all[i].doWork();
                }
                idle.idle(work);
            }
            for (Agent agent : all) {
                agent.onClose();
            }
        } catch (Throwable t) {
            state.failed(t);
            onFailure.run();
        }
    }
}
