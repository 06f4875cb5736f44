package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.crash.DirectoryImage;
import io.penstock.engine.control.EngineDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints, deep verification and verified replay as commands, with bad input too. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class AuditCliTest {
    private static final String ROWS = "t,k,v\n1,a,1.5\n2,b,2\n12,a,3\n3,a,9\n25,a,4\n";

    @TempDir Path folder;
    private Path directory;
    private Path checkpoint;

    @BeforeEach
    void run() throws IOException {
        directory = make("d", ROWS);
        checkpoint = folder.resolve("checkpoint");
        CommandRun.of("journal", "checkpoint", directory.toString(), "--output", path(checkpoint))
                .expect(0)
                .says("head ", "keep it where the journal's writer cannot write");
    }

    private Path make(String name, String rows) throws IOException {
        Path input = Files.writeString(folder.resolve(name + ".csv"), rows);
        Path made = folder.resolve(name);
        CommandRun.of(
                        "run",
                        "aggregate",
                        "--input",
                        input.toString(),
                        "--dir",
                        made.toString(),
                        "--set",
                        "time=t",
                        "--set",
                        "key=k",
                        "--set",
                        "value=v",
                        "--set",
                        "window=tumbling:10ms")
                .expect(0);
        return made;
    }

    private static String path(Path path) {
        return path.toString();
    }

    private CommandRun verify(Path against) {
        return CommandRun.of(
                "journal", "verify", "--deep", path(directory), "--checkpoint", path(against));
    }

    private CommandRun replay() {
        return CommandRun.of("replay", "--dir", path(directory), "--verify");
    }

    @Test
    void shouldFindAJournalAsItsCheckpointSays() throws IOException {
        CommandRun verified = verify(checkpoint).expect(0);
        assertTrue(verified.out().contains("as the checkpoint says: segments 1"), verified.out());

        CommandRun printed = CommandRun.of("journal", "checkpoint", path(directory)).expect(0);
        assertEquals(Files.readString(checkpoint), printed.out());
        // The one that is there is compared, and replaced.
        CommandRun.of("journal", "checkpoint", path(directory), "--output", path(checkpoint))
                .expect(0);
        assertEquals(Files.readString(checkpoint), printed.out());
        String chain = printed.out().lines().filter(l -> l.startsWith("head")).findFirst().get();
        CommandRun deep = CommandRun.of("journal", "verify", "--deep", path(directory)).expect(0);
        assertTrue(deep.out().contains(chain.substring(chain.length() - 64)), deep.out());
        CommandRun.of("journal", "verify", path(directory.resolve("journal"))).expect(0);
    }

    @Test
    void shouldRefuseCheckpointsThatCannotBeUsed() throws IOException {
        String text = Files.readString(checkpoint);
        Path bad = folder.resolve("bad");
        verify(bad).expect(ExitCode.INPUT).says("checkpoint is not there", "bad");
        verify(folder).expect(ExitCode.INPUT).says("checkpoint must be a file");
        Files.writeString(bad, "");
        verify(bad).expect(ExitCode.INPUT).says("does not start with 'penstock-checkpoint'");
        Files.writeString(bad, ROWS);
        verify(bad).expect(ExitCode.INPUT).says("does not start with");
        for (int length = "penstock-checkpoint 1\n".length(); length < text.length(); length += 7) {
            Files.writeString(bad, text.substring(0, length));
            verify(bad).expect(ExitCode.INPUT).says("it ends too early");
        }
        for (int i = 24; i < text.length() - 1; i += 5) {
            char other = text.charAt(i) == '3' ? '4' : '3';
            Files.writeString(bad, text.substring(0, i) + other + text.substring(i + 1));
            int code = verify(bad).exitCode();
            assertTrue(code == ExitCode.DAMAGE || code == ExitCode.INPUT, i + ": " + code);
        }
        Files.writeString(bad, text.replace("checkpoint 1\n", "checkpoint 2\n"));
        verify(bad).expect(ExitCode.USAGE).says("it is of version 2, this release reads 1");
        CommandRun.of("journal", "verify", path(directory), "--given-up-before", "3")
                .expect(ExitCode.USAGE)
                .says("needs a --checkpoint");
        CommandRun.of("journal", "checkpoint", path(folder.resolve("nowhere")))
                .expect(ExitCode.USAGE)
                .says("is no directory");
        CommandRun.of(
                        "journal",
                        "checkpoint",
                        path(directory),
                        "--output",
                        path(folder.resolve("no/where")))
                .expect(ExitCode.FAILED)
                .says("checkpoint cannot be written");
    }

    @Test
    void shouldNotWriteThroughALinkBesideACheckpoint() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious"), "precious");
        Path output = folder.resolve("c2");
        Files.createSymbolicLink(folder.resolve("c2.tmp"), precious);
        CommandRun.of("journal", "checkpoint", directory.toString(), "--output", path(output))
                .expect(0);
        assertEquals("precious", Files.readString(precious));
        assertFalse(Files.isSymbolicLink(output));
        CommandRun.of("journal", "checkpoint", directory.toString(), "--output", "/dev/full")
                .expect(3)
                .says("checkpoint must be a file");
    }

    @Test
    void shouldNameAnotherJournalsCheckpointAndAnotherJournal() throws IOException {
        Path other = make("other", ROWS);
        Path foreign = folder.resolve("foreign");
        CommandRun.of("journal", "checkpoint", path(other), "--output", path(foreign)).expect(0);
        verify(foreign).expect(ExitCode.DAMAGE).says("the checkpoint is of journal");
        CommandRun.of("journal", "checkpoint", path(directory), "--output", path(foreign))
                .expect(ExitCode.DAMAGE)
                .says("no checkpoint is made");
        assertFalse(Files.readString(foreign).equals(Files.readString(checkpoint)));

        DirectoryImage image = DirectoryImage.of(other.resolve("journal"));
        image.writeTo(directory.resolve("journal"));
        verify(checkpoint).expect(ExitCode.DAMAGE).says("the directory's is");
        replay().expect(ExitCode.DAMAGE);
    }

    @Test
    void shouldSayWhatAVerifiedReplayCompared() {
        CommandRun run = replay().expect(0);
        assertTrue(run.out().contains("replayed sequences 0 to "), run.out());
        assertTrue(run.out().contains("sink output: equal 4"), run.out());
        assertTrue(run.out().contains("state hash "), run.out());
        assertTrue(
                CommandRun.of("replay", "--dir", path(directory), "--verify", "--to", "1")
                        .expect(0)
                        .out()
                        .contains("replayed sequences 0 to 1"));
        CommandRun.of("replay", "--dir", path(directory), "--verify", "--output", "x")
                .expect(ExitCode.USAGE)
                .says("leave out --output");
    }

    @Test
    void shouldNameAResultThatWasChanged() throws IOException {
        Path file = directory.resolve("outputs.log");
        byte[] whole = Files.readAllBytes(file);
        ByteBuffer log = ByteBuffer.wrap(whole.clone()).order(ByteOrder.LITTLE_ENDIAN);
        // The revision of the first result.
        log.putInt(24 + 8, 7);
        UUID id = EngineDirectory.inspect(directory).journalId();
        int previous = 0;
        for (int at = 0; at < log.capacity(); at += log.getInt(at + 4)) {
            log.putInt(at + 12, previous).putInt(at + 16, 0);
            CRC32C crc = new CRC32C();
            crc.update(
                    ByteBuffer.allocate(16)
                            .putLong(id.getMostSignificantBits())
                            .putLong(id.getLeastSignificantBits())
                            .flip());
            crc.update(log.array(), at, log.getInt(at + 4));
            previous = (int) crc.getValue();
            log.putInt(at + 16, previous);
        }
        Files.write(file, log.array());
        replay().expect(ExitCode.FAILED)
                .says("replay differs at sequence", "result 0 of sink output", "revision 7");

        whole[whole.length / 2] ^= 1;
        Files.write(file, whole);
        replay().expect(ExitCode.DAMAGE).says("damage in " + file);

        Files.delete(file);
        CommandRun without = replay().expect(ExitCode.DAMAGE);
        without.says("outputs.log is not there", "made again from the journal");
        assertTrue(without.out().contains("behind the end of the output log: "), without.out());
    }
}
