package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.store.FrameStore.Carries;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurabilityTest {
    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {"none", "process", "power", "periodic:10ms", "periodic:1ns", "periodic:3h"})
    void shouldReadWhatItWrites(String text) {
        Durability level = Durability.parse(text);

        assertEquals(text, level.toString());
        assertEquals(level, Durability.parse(level.toString()));
        assertEquals(level.hashCode(), Durability.parse(text).hashCode());
        assertTrue(level.meaning().startsWith("acknowledged when "), level.meaning());
        assertEquals(text.startsWith("p") && !text.equals("process"), level.isForced());
    }

    @Test
    void shouldTakeADurationForAPeriod() {
        Durability level = Durability.periodic(Duration.ofMillis(10));

        assertEquals("periodic:10ms", level.toString());
        assertEquals(10_000_000, level.periodNs());
        assertEquals(Durability.Kind.PERIODIC, level.kind());
        assertNotEquals(level, Durability.periodic(Duration.ofMillis(11)));
        assertNotEquals(level, Durability.POWER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Power",
                "periodic",
                "periodic:",
                "periodic:10",
                "periodic:-1ms",
                "periodic:0ms",
                "periodic:99999999999d",
                "fsync"
            })
    void shouldRefuseAnythingElseWithTheTextAndAnExample(String text) {
        PenstockException refused =
                assertThrows(PenstockException.class, () -> Durability.parse(text));

        assertEquals(Category.CONFIGURATION, refused.category());
        assertTrue(refused.getMessage().contains(text), refused::getMessage);
        assertTrue(refused.getMessage().contains("periodic:10ms"), refused::getMessage);
    }

    @Test
    void shouldRefuseAPeriodThatIsNone() {
        for (Duration period :
                new Duration[] {
                    Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MAX_VALUE)
                }) {
            PenstockException refused =
                    assertThrows(PenstockException.class, () -> Durability.periodic(period));
            assertEquals(Category.CONFIGURATION, refused.category());
        }
    }

    @ParameterizedTest
    @EnumSource(JournalKind.class)
    void shouldSayOfAKindWhatItsStoreSays(JournalKind kind) {
        JournalConfig config =
                JournalConfig.at(directory).withKind(kind).withSegmentLength(4L << 20);
        try (Journal journal = Journals.open(config)) {
            assertEquals(kind.carries(), journal.carries());
            assertEquals(kind, Journals.kind(directory));
        }
    }

    @Test
    void shouldRefuseAStoreThatCannotKeepThePromise() {
        Durability.POWER.requireCarriedBy(Carries.POWER, "here");
        Durability.PROCESS.requireCarriedBy(Carries.PROCESS, "here");
        Durability.NONE.requireCarriedBy(Carries.PROCESS, "here");
        PenstockException refused =
                assertThrows(
                        PenstockException.class,
                        () -> Durability.POWER.requireCarriedBy(Carries.PROCESS, "here"));
        assertEquals(Category.CONFIGURATION, refused.category());
        assertFalse(Durability.PROCESS.isForced());
    }
}
