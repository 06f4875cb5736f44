package io.penstock.engine.control;

import io.penstock.codecs.SchemaIr;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Plan;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.pipeline.PlanSource;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.fault.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * An engine's directory: who it is, the plan and the schemas it was made with, and its lock.
 *
 * <pre>
 *   LOCK          held by the running engine
 *   identity      format, journal id, plan hash, hash seed            checksummed
 *   plan.txt      the plan                                            checksummed
 *   schemas/      one .sbeir per schema, and what names its messages  checksummed
 *   journal/      the truth
 *   snapshots/    states at barriers; may be deleted
 *   outputs.log   every result in order; may be deleted
 *   counters.dat  what a running engine counts; never read back
 * </pre>
 */
public final class EngineDirectory implements AutoCloseable {
    private static final String IDENTITY = "identity";
    private static final String PLAN = "plan.txt";
    private static final String SCHEMAS = "schemas";
    private static final String JOURNAL = "journal";
    private static final String MARK = "MARK";
    private static final String OUTPUTS = "outputs.log";

    /** Of the deepest file: journal, an epoch, a segment. */
    private static final int DEPTH = 3;

    private final Path path;
    private final Identity identity;
    private final boolean isNew;
    private final DirectoryLock lock;

    private EngineDirectory(Path path, Identity identity, boolean isNew, DirectoryLock lock) {
        this.path = path;
        this.identity = identity;
        this.isNew = isNew;
        this.lock = lock;
    }

    /**
     * Locks a directory for a pipeline; makes it if it is not there.
     *
     * @throws PenstockException LOCKED, OTHER_PLAN, DAMAGE or STORAGE
     */
    public static EngineDirectory open(Path path, Pipeline pipeline) {
        DirectoryLock lock = DirectoryLock.lock(path);
        try {
            requireNoLinks(path);
            if (Files.exists(path.resolve(IDENTITY))) {
                Identity identity = Identity.read(path.resolve(IDENTITY));
                checkPlan(path, identity, pipeline);
                checkSchemas(path, pipeline);
                checkJournal(path);
                return new EngineDirectory(path, identity, false, lock);
            }
            if (Files.exists(path.resolve("journal"))) {
                throw noIdentity(path);
            }
            return new EngineDirectory(path, create(path, pipeline), true, lock);
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private static PenstockException unreadablePlan(Path path) {
        return new PenstockException(
                Category.DAMAGE,
                "damage in "
                        + path.resolve(PLAN)
                        + " at offset 0: a parameter has no value; restore the file from a copy of"
                        + " the directory");
    }

    private static PenstockException noIdentity(Path path) {
        return new PenstockException(
                Category.DAMAGE,
                "damage in "
                        + path.resolve(IDENTITY)
                        + " at offset 0: the file is missing although the directory has a"
                        + " journal; restore it from a copy of the directory");
    }

    /**
     * Refuses symbolic links below the directory, which would lead the engine's writing elsewhere.
     * The directory itself may be one: it is what the user names.
     */
    private static void requireNoLinks(Path path) {
        // The walk starts behind the directory's own link, and follows none below.
        try (Stream<Path> files = Files.walk(path.toRealPath(), DEPTH)) {
            Path link = files.filter(Files::isSymbolicLink).findFirst().orElse(null);
            if (link != null) {
                throw new PenstockException(
                        Category.CONFIGURATION,
                        "a directory must not have symbolic links in it: "
                                + link
                                + " is one (move the whole directory, or name it through a link)");
            }
        } catch (IOException | UncheckedIOException e) {
            throw new PenstockException(Category.STORAGE, "cannot list " + path + ": " + e, e);
        }
    }

    /** Reads who a directory is without locking it; also while an engine runs on it. */
    public static StoredPlan inspect(Path path) {
        if (!Files.exists(path.resolve(IDENTITY))) {
            if (Files.exists(path.resolve("journal"))) {
                throw noIdentity(path);
            }
            throw new PenstockException(
                    Category.CONFIGURATION,
                    path + " is no Penstock directory: it has no file " + IDENTITY);
        }
        Identity identity = Identity.read(path.resolve(IDENTITY));
        String plan = readPlan(path, identity);
        Map<String, String> parameters = new LinkedHashMap<>();
        plan.lines()
                .filter(line -> line.startsWith("parameter "))
                .forEach(
                        line -> {
                            int name = "parameter ".length();
                            int equals = line.indexOf('=', name);
                            if (equals < 0) {
                                throw unreadablePlan(path);
                            }
                            parameters.put(
                                    line.substring(name, equals),
                                    unescape(line.substring(equals + 1)));
                        });
        return new StoredPlan(
                identity.journalId(),
                identity.pipelineName(),
                identity.hashSeed(),
                plan,
                parameters);
    }

    /**
     * What a directory says of itself.
     *
     * @param journalId of its journal
     * @param pipeline name
     * @param hashSeed of the tables' indexes
     * @param text of the plan
     * @param parameters that the pipeline was defined with, in its order
     */
    public record StoredPlan(
            UUID journalId,
            String pipeline,
            long hashSeed,
            String text,
            Map<String, String> parameters) {}

    /**
     * Throws DAMAGE if a directory's journal is another's.
     *
     * @param journalId of the journal that is there; null if it does not say
     */
    public static void requireJournal(Path directory, StoredPlan stored, UUID journalId) {
        if (journalId != null && !journalId.equals(stored.journalId())) {
            throw new PenstockException(
                    Category.DAMAGE,
                    "damage in "
                            + directory.resolve("journal")
                            + " at offset 0, sequence 0: it is journal "
                            + journalId
                            + ", the directory's is "
                            + stored.journalId()
                            + "; restore the directory's own journal");
        }
    }

    /** Refuses a pipeline that a directory was not made with. */
    static void requirePlan(Path path, StoredPlan stored, Pipeline pipeline) {
        if (!stored.text().equals(pipeline.plan().text())) {
            throw otherPlan(path, stored.text(), pipeline);
        }
    }

    /** The IR of the schemas a directory was made with. */
    public static List<byte[]> schemas(Path path) {
        try (Stream<Path> files = Files.list(path.resolve(SCHEMAS))) {
            return files.filter(file -> file.toString().endsWith(".sbeir"))
                    .sorted()
                    .map(ChecksummedFile::read)
                    .toList();
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE, "cannot read " + path.resolve(SCHEMAS) + ": " + e, e);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Id of its journal. */
    public UUID journalId() {
        return identity.journalId();
    }

    /** Seed of the tables' indexes. */
    public long hashSeed() {
        return identity.hashSeed();
    }

    /** SHA-256 of the plan, hexadecimal. */
    public String planHash() {
        return identity.planHash();
    }

    /** Whether it was made by this open. */
    public boolean isNew() {
        return isNew;
    }

    @Override
    public void close() {
        lock.close();
    }

    private static Identity create(Path path, Pipeline pipeline) {
        try {
            PrivateFiles.createDirectories(path.resolve(SCHEMAS));
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE, "cannot make " + path.resolve(SCHEMAS), e);
        }
        for (Map.Entry<String, byte[]> schema : schemas(pipeline).entrySet()) {
            ChecksummedFile.write(
                    path.resolve(SCHEMAS).resolve(schema.getKey()), schema.getValue());
        }
        ChecksummedFile.write(
                path.resolve(PLAN), pipeline.plan().text().getBytes(StandardCharsets.UTF_8));
        UUID journalId = UUID.randomUUID();
        Identity identity =
                new Identity(
                        journalId,
                        pipeline.name(),
                        pipeline.plan().hashHex(),
                        journalId.getLeastSignificantBits());
        identity.write(path.resolve(IDENTITY));
        return identity;
    }

    private static Map<String, byte[]> schemas(Pipeline pipeline) {
        Map<String, byte[]> schemas = new LinkedHashMap<>();
        Stream.concat(
                        pipeline.sources().stream().map(PlanSource::type),
                        pipeline.sinks().stream().map(PlanSink::type))
                .forEach(type -> schemas.put(fileName(type.schemaId()), type.irBytes()));
        return schemas;
    }

    private static String fileName(int schemaId) {
        return schemaId + ".sbeir";
    }

    private static void checkPlan(Path path, Identity identity, Pipeline pipeline) {
        String stored = readPlan(path, identity);
        if (identity.planHash().equals(pipeline.plan().hashHex())) {
            return;
        }
        throw otherPlan(path, stored, pipeline);
    }

    private static PenstockException otherPlan(Path path, String stored, Pipeline pipeline) {
        return new PenstockException(
                Category.OTHER_PLAN,
                path
                        + " was made with another plan: "
                        + firstDifference(stored, pipeline.plan().text())
                        + "; use the parameters it was made with, or another directory");
    }

    private static String readPlan(Path path, Identity identity) {
        String stored =
                new String(ChecksummedFile.read(path.resolve(PLAN)), StandardCharsets.UTF_8);
        if (!Plan.hashHexOf(stored).equals(identity.planHash())) {
            throw new PenstockException(
                    Category.DAMAGE,
                    "damage in "
                            + path.resolve(PLAN)
                            + " at offset 0: it is not the plan that the identity names; restore it"
                            + " from a copy of the directory");
        }
        return stored;
    }

    /** Whether two lines say something of the same thing: the words before a value are equal. */
    private static boolean isOfOneName(String line, String other) {
        int end = line.indexOf('=');
        return end < 0 ? other.indexOf('=') < 0 : other.startsWith(line.substring(0, end + 1));
    }

    private static String firstDifference(String stored, String given) {
        List<String> old = stored.lines().toList();
        List<String> now = given.lines().toList();
        String gone = old.stream().filter(line -> !now.contains(line)).findFirst().orElse(null);
        String added = now.stream().filter(line -> !old.contains(line)).findFirst().orElse(null);
        if (gone == null && added != null) {
            return "it has not '" + added + "'";
        }
        if (gone != null && added == null) {
            return "it has '" + gone + "', which is not given now";
        }
        if (gone != null && !isOfOneName(gone, added)) {
            return "it has '" + gone + "', which is not given now, and has not '" + added + "'";
        }
        if (gone != null) {
            return "it has '" + gone + "', now given '" + added + "'";
        }
        for (int i = 0; i < Math.max(old.size(), now.size()); i++) {
            String before = i < old.size() ? old.get(i) : "(nothing)";
            String after = i < now.size() ? now.get(i) : "(nothing)";
            if (!before.equals(after)) {
                return "it has '" + before + "', now given '" + after + "'";
            }
        }
        return "the texts are equal";
    }

    /** The output log is made after the journal's mark: one without the other was taken apart. */
    private static void checkJournal(Path path) {
        Path mark = path.resolve(JOURNAL).resolve(MARK);
        if (Files.exists(path.resolve(OUTPUTS)) && !Files.exists(mark)) {
            throw new PenstockException(
                    Category.DAMAGE,
                    "damage in "
                            + mark
                            + " at offset 0, sequence 0: the file is missing although the directory"
                            + " has results; restore the journal from a copy of the directory");
        }
    }

    private static void checkSchemas(Path path, Pipeline pipeline) {
        for (Map.Entry<String, byte[]> schema : schemas(pipeline).entrySet()) {
            Path file = path.resolve(SCHEMAS).resolve(schema.getKey());
            if (!Files.exists(file)) {
                throw new PenstockException(
                        Category.DAMAGE,
                        "damage in "
                                + file
                                + " at offset 0: the file is missing; restore it from a copy of the"
                                + " directory");
            }
            byte[] stored = ChecksummedFile.read(file);
            SchemaIr older = SchemaIr.fromBytes(file.toString(), stored);
            int id = older.schemaId();
            if (!schema.getKey().equals(fileName(id))) {
                throw new PenstockException(
                        Category.DAMAGE,
                        "damage in "
                                + file
                                + " at offset 0: it holds schema "
                                + id
                                + "; restore the file from a copy of the directory");
            }
            if (!SchemaIr.fromBytes(schema.getKey(), schema.getValue()).extendsUnchanged(older)) {
                throw new PenstockException(
                        Category.OTHER_PLAN,
                        file
                                + " differs from the schema the pipeline uses now: open the"
                                + " directory with the schema it was made with");
            }
        }
    }

    private static String unescape(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length()) {
                char next = value.charAt(++i);
                text.append(next == 'n' ? '\n' : next == 'r' ? '\r' : next);
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
