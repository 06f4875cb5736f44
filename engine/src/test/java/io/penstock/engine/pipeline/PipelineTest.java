package io.penstock.engine.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Side;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a pipeline's definition refuses, and how it says so. */
final class PipelineTest {
    private static EventTimeStream<KeyedValueDecoder> source(Pipeline.Definition p, String name) {
        return p.source(name, BuiltinMessages.KEYED_VALUE)
                .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none());
    }

    private static SinkSpec memory() {
        return Sinks.memory(new MemorySink());
    }

    private static void assertRefused(String message, Consumer<Pipeline.Definition> body) {
        PenstockException refused =
                assertThrows(PenstockException.class, () -> Pipeline.define("totals", body));
        assertEquals(Category.CONFIGURATION, refused.category());
        assertEquals(message, refused.getMessage());
    }

    @Test
    void shouldSayEverythingThatIsMissingAtOnce() {
        assertRefused(
                "pipeline totals: no source is declared: call source(name, type); no sink is"
                        + " declared: nothing could ever come out",
                p -> {});
    }

    @Test
    void shouldRefuseASideThatNobodyReads() {
        assertRefused(
                "pipeline totals: side output events/late of stage [order] is read by nobody: call"
                        + " side(name) on the stream, or use Late.drop()",
                p -> source(p, "events").inOrder("order", Late.toSide("late")).sink("o", memory()));
    }

    @Test
    void shouldRefuseASideThatNoStageWrites() {
        assertRefused(
                "pipeline totals: side output events/late is written by no stage",
                p -> source(p, "events").side("late").sink("late", memory()));
    }

    @Test
    void shouldRefuseASideThatIsReadOnAnotherStream() {
        assertRefused(
                "pipeline totals: side output events/late of stage [windows] is read by nobody:"
                        + " call side(name) on the stream, or use Late.drop(); side output"
                        + " some/late is written by no stage",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events = source(p, "events");
                    Stream<KeyedValueDecoder> some = events.filter("some", m -> true);
                    events.keyBy("key", m -> 1)
                            .window("windows", new Windows.Aligned(5, 5), Late.toSide("late"))
                            .aggregate(Aggregates.count())
                            .sink("out", memory());
                    some.side("late").sink("late", memory());
                });
    }

    private static final Side<KeyedValueDecoder, KeyedValueEncoder> REST =
            Side.of("rest", BuiltinMessages.KEYED_VALUE);

    private static Stream<KeyedValueDecoder> withSides(Pipeline.Definition p, Side<?, ?>... sides) {
        return source(p, "events")
                .flatMap("parts", BuiltinMessages.KEYED_VALUE, (event, results) -> {}, sides);
    }

    @Test
    void shouldRefuseSidesOfAStageThatAreUnknownTwiceTheSameOrReadByNobody() {
        assertRefused(
                "stage parts has no side output rest: declared with it are [] (give it to the stage"
                        + " where it is declared)",
                p -> withSides(p).side(REST));
        assertRefused(
                "side outputs of a stage must have names of their own: stage parts has two named"
                        + " rest",
                p -> withSides(p, REST, Side.of("rest", BuiltinMessages.WINDOW_RESULT)));
        assertRefused(
                "pipeline totals: side output parts/rest is read by nobody: call side(...) on the"
                        + " stage's stream, or declare the stage without it",
                p -> withSides(p, REST).sink("o", memory()));
        assertRefused(
                "pipeline totals: side output even/odd is read by nobody: call side(...) on the"
                        + " stage's stream, or declare the stage without it",
                p -> source(p, "events").filter("even", m -> true, "odd").sink("o", memory()));
        assertRefused(
                "pipeline totals: side output parts/late is written by no stage",
                p -> withSides(p).side("late").sink("o", memory()));
        assertRefused(
                "side output parts/rest is read as WindowResult(802.2 v0) and is one of"
                        + " KeyedValue(802.1 v0): give side(...) the Side that its stage was"
                        + " given",
                p -> withSides(p, REST).side(Side.of("rest", BuiltinMessages.WINDOW_RESULT)));
        assertRefused(
                "stage order cannot send to side output rest of parts: that stage has one of this"
                        + " name itself (use another name)",
                p -> withSides(p, REST).inOrder("order", Late.toSide("rest")));
        assertRefused(
                "the name of a side output must match [a-z0-9][a-z0-9._-]{0,63} (small letters,"
                        + " digits, '.', '_', '-'): name=The Rest",
                p -> withSides(p, Side.of("The Rest", BuiltinMessages.KEYED_VALUE)));
    }

    @Test
    void shouldRefuseASideForGapsWhereWindowsHaveNone() {
        assertRefused(
                "stage windows has windows without gaps: leave out gapsTo",
                p ->
                        source(p, "events")
                                .keyBy("key", m -> 1)
                                .window("windows", new Windows.Aligned(5, 5), Late.drop())
                                .gapsTo("gaps")
                                .aggregate(Aggregates.count()));
    }

    @Test
    void shouldRefuseNamesThatAreTaken() {
        assertRefused(
                "stage names must be unique, state is found by them: name=same",
                p -> source(p, "events").filter("same", m -> true).filter("same", m -> true));
        assertRefused(
                "stage names must be unique, state is found by them: name=sink/out",
                p -> {
                    source(p, "events").sink("out", memory());
                    source(p, "others").sink("out", memory());
                });
        assertRefused(
                "stage names must be unique, state is found by them: name=events/rejected",
                p -> {
                    source(p, "events").sink("out", memory());
                    source(p, "events").sink("out2", memory());
                });
    }

    @Test
    void shouldRefuseNamesThatCouldNotBeFiles() {
        String rule =
                " must match [a-z0-9][a-z0-9._-]{0,63} (small letters, digits, '.', '_', '-')";
        assertRefused(
                "the name of a stage" + rule + ": name=A",
                p -> source(p, "e").filter("A", m -> true));
        assertRefused("the name of a source" + rule + ": name=a/b", p -> source(p, "a/b"));
        assertRefused(
                "the name of a sink" + rule + ": name=../x",
                p -> source(p, "e").sink("../x", memory()));
        assertRefused(
                "the name of a key" + rule + ": name=", p -> source(p, "e").keyBy("", m -> 1));
        assertRefused(
                "the name of a side output" + rule + ": name=a b", p -> source(p, "e").side("a b"));
        assertRefused("the name of a side output" + rule + ": name=null", p -> Late.toSide(null));
        assertRefused(
                "the name of a parameter" + rule + ": name=a=b\\nstage",
                p -> p.parameter("a=b\nstage", 1));
        assertThrows(PenstockException.class, () -> Pipeline.define("a".repeat(65), p -> {}));
    }

    @Test
    void shouldRefuseStreamsOfAnotherPipeline() {
        assertRefused(
                "a union takes streams of one pipeline: both is given one of other",
                p -> {
                    EventTimeStream<?>[] strange = new EventTimeStream<?>[1];
                    Pipeline.define(
                            "other",
                            o -> {
                                strange[0] = source(o, "events");
                                strange[0].sink("out", memory());
                            });
                    @SuppressWarnings("unchecked") // made as one above
                    Stream<KeyedValueDecoder> other = (Stream<KeyedValueDecoder>) strange[0];
                    source(p, "events").union("both", other);
                });
    }

    @Test
    void shouldRefuseWindowsWithoutLength() {
        assertRefused("a window's size must be positive: size=0", p -> new Windows.Aligned(0, 5));
    }

    @Test
    void shouldHashWhatDecidesAnswersAndNothingElse() {
        String hash = totals(5, 1).plan().hashHex();

        assertEquals(hash, totals(5, 1).plan().hashHex());
        assertNotEquals(hash, totals(6, 1).plan().hashHex());
        assertNotEquals(hash, totals(5, 2).plan().hashHex());
    }

    private static Pipeline totals(long sizeNs, int parameter) {
        return Pipeline.define(
                "totals",
                p ->
                        source(p.parameter("factor", parameter), "events")
                                .keyBy("key", m -> 1)
                                .window("windows", new Windows.Aligned(sizeNs, sizeNs), Late.drop())
                                .aggregate(Aggregates.count())
                                .sink("out", memory()));
    }
}
