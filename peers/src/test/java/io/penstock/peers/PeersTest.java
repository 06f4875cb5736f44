package io.penstock.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.benchmarks.Events;
import io.penstock.benchmarks.Sustained;
import io.penstock.benchmarks.Workload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeersTest {
    private static final int COUNT = 20_000;
    private static final int KEYS = 1_000;
    private static final List<Workload> WORKLOADS =
            List.of(Workload.W1, Workload.W2, Workload.W3, Workload.W4);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jet-1",
                "jet-2",
                "flink-1",
                "flink-2",
                "esper",
                "kafka-streams",
                "aeron-archive"
            })
    void shouldAnswerAsTheLoopByHand(String system) throws Exception {
        Events events = Events.generate(COUNT, KEYS);
        int done = 0;
        try (Peer peer = PeerRun.peer(system)) {
            for (Workload workload : WORKLOADS) {
                if (peer.does(workload)) {
                    done++;
                    for (int run = 0; run < 2; run++) {
                        Session session = new Session(workload, events, null);
                        peer.run(session);
                        assertEquals(workload.expected(events), session.answer(), workload.label());
                        assertTrue(session.elapsedNs() > 0);
                    }
                }
            }
        }
        assertTrue(done > 0);
    }

    @Test
    void shouldTellHowLateResultsAreWhenPaced() throws Exception {
        Events events = Events.generate(560_000, 10);
        Session session = new Session(Workload.RESULT_LATENCY, events, null);
        try (Peer peer = PeerRun.peer("esper")) {
            peer.run(session);
        }
        assertEquals(Workload.W2.expected(events), session.answer());
        // At a hundred events a millisecond; the windows of the first seconds do not count.
        assertTrue(session.elapsedNs() > 5_500_000_000L, () -> "ns=" + session.elapsedNs());
        assertEquals(10, session.latencies().getTotalCount());
    }

    @Test
    void shouldTellOfTheFirstResult() throws Exception {
        Events events = Events.generate(1, 1);
        boolean[] isTold = new boolean[1];
        Session session = new Session(Workload.FIRST_RESULT, events, () -> isTold[0] = true);
        try (Peer peer = PeerRun.peer("jet-1")) {
            assertFalse(isTold[0]);
            peer.run(session);
        }
        assertTrue(isTold[0]);
        assertEquals(Workload.FIRST_RESULT.expected(events), session.answer());
    }

    @Test
    void shouldReadBackALongRecording() throws Exception {
        List<String> lines = new ArrayList<>();
        try (AeronArchivePeer peer = new AeronArchivePeer();
                SustainedAeron log = new SustainedAeron(peer)) {
            assertTrue(Sustained.run("aeron", log, 1_000_000_000, lines::add) > 0);
        }
        List<String> what = lines.stream().map(line -> line.split(" ", -1)[2]).toList();
        assertEquals(List.of("1-GB", "all", "forced"), what);
    }

    @Test
    void shouldRefuseWhatNobodyIs() {
        assertThrows(IllegalArgumentException.class, () -> PeerRun.peer("storm"));
    }
}
