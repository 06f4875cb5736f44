package io.penstock.engine.core;

import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.RunningPlan.OperatorNode;
import io.penstock.engine.shard.RemoteOperator;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotRecording;
import io.penstock.engine.snapshot.SnapshotWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A core's state as sections of a snapshot: where it stands, then its stages in plan order.
 *
 * <p>With shards their number comes first, and a stage that shards run has a section for each of
 * them, named by stage and shard: {@code stage#0}, {@code stage#1}.
 */
final class StateSections {
    /** Type of the section that tells how many shards made a snapshot; without it, none did. */
    static final int SECTION_SHARDS = 6;

    private static final int SECTION_CORE = 1;
    private static final int SECTION_STAGE = 2;
    private static final int SECTION_SHARD_STAGE = 5;
    private static final int VERSION = 1;

    /** State is laid out by the engine's own classes, not by a schema of the user's. */
    private static final int STATE_SCHEMA = 0;

    private final List<OperatorNode> stages;

    /** Null for a core that is alone. */
    private final Shards shards;

    /** What is recorded goes through it; only the core's thread records. */
    private final byte[] scratch = new byte[SnapshotWriter.SCRATCH_LENGTH];

    StateSections(List<OperatorNode> stages, Shards shards) {
        this.stages = stages;
        this.shards = shards;
    }

    /** Where a core stands. */
    record Place(long sequence, long timeNs, long ordinal) {}

    /** Records everything. */
    SnapshotRecording record(Place place) {
        SnapshotRecording recording = new SnapshotRecording();
        writeTo(new SnapshotWriter(recording, scratch), place);
        return recording;
    }

    void writeTo(SnapshotWriter writer, Place place) {
        if (shards != null) {
            writer.beginSection("shards", SECTION_SHARDS, 0, VERSION);
            writer.putInt(shards.count());
            writer.endSection();
        }
        writer.beginSection("core", SECTION_CORE, 0, VERSION);
        writer.putLong(place.sequence());
        writer.putLong(place.timeNs());
        writer.putLong(place.ordinal());
        writer.putInt(stages.size());
        writer.endSection();
        for (OperatorNode node : stages) {
            Operator stage = node.operator();
            if (!isRemote(stage)) {
                write(writer, stage, stage.name(), SECTION_STAGE);
            }
            for (int shard = 0; shard < shards(); shard++) {
                Operator onShard = shards.stage(shard, node.index());
                if (onShard == null) {
                    continue;
                }
                SnapshotRecording frozen = shards.cores().get(shard).takeFrozen(node.index());
                if (frozen == null) {
                    write(writer, onShard, sectionOf(stage, shard), SECTION_SHARD_STAGE);
                } else {
                    writer.put(frozen);
                }
            }
        }
    }

    /** Records the stages of a shard, each by its place in the whole plan. */
    Map<Integer, SnapshotRecording> recordShard(int shard) {
        Map<Integer, SnapshotRecording> recordings = new HashMap<>();
        for (OperatorNode node : stages) {
            SnapshotRecording recording = new SnapshotRecording();
            Operator stage = node.operator();
            SnapshotWriter writer = new SnapshotWriter(recording, scratch);
            write(writer, stage, sectionOf(stage, shard), SECTION_SHARD_STAGE);
            recordings.put(node.index(), recording);
        }
        return recordings;
    }

    /** Goes through what writing a stage does, but for the values themselves. */
    void rehearse(int index) {
        Operator stage = stages.get(index).operator();
        if (!isRemote(stage)) {
            write(SnapshotWriter.rehearsing(scratch), stage, stage.name(), SECTION_STAGE);
        }
    }

    private static void write(SnapshotWriter writer, Operator stage, String name, int type) {
        writer.beginSection(name, type, STATE_SCHEMA, stage.stateVersion());
        stage.writeTo(writer);
        writer.endSection();
    }

    /** Why a snapshot's state cannot be read; null if it can. */
    String unreadable(SnapshotReader reader) {
        for (OperatorNode node : stages) {
            Operator stage = node.operator();
            int version = versionOf(reader, stage);
            if (version != stage.stateVersion()) {
                return "the state of stage "
                        + stage.name()
                        + " has version "
                        + version
                        + ", this engine reads "
                        + stage.stateVersion();
            }
        }
        return null;
    }

    private static int versionOf(SnapshotReader reader, Operator stage) {
        int type = isRemote(stage) ? SECTION_SHARD_STAGE : SECTION_STAGE;
        String name = isRemote(stage) ? sectionOf(stage, 0) : stage.name();
        for (SnapshotReader.Section section : reader.sections()) {
            if (section.type() == type && section.name().equals(name)) {
                return section.version();
            }
        }
        throw reader.damaged("section " + name + " is missing");
    }

    /** Reads what {@link #writeTo} of as many shards wrote. */
    Place readFrom(SnapshotReader reader) {
        if (shards != null) {
            open(reader, "shards", VERSION);
        }
        open(reader, "core", VERSION);
        Place place = new Place(reader.getLong(), reader.getLong(), reader.getLong());
        int stored = reader.getInt();
        if (stored != stages.size()) {
            throw new IllegalStateException(
                    "the snapshot has " + stored + " stages, the plan " + stages.size());
        }
        for (OperatorNode node : stages) {
            Operator stage = node.operator();
            if (!isRemote(stage)) {
                open(reader, stage.name(), stage.stateVersion());
                stage.readFrom(reader);
            }
            for (int shard = 0; shard < shards(); shard++) {
                Operator onShard = shards.stage(shard, node.index());
                if (onShard != null) {
                    open(reader, sectionOf(stage, shard), onShard.stateVersion());
                    onShard.readFrom(reader);
                    stage.resumeAt(onShard.watermark());
                }
            }
        }
        return place;
    }

    private static void open(SnapshotReader reader, String name, int version) {
        if (!reader.skipToNextSection() || !reader.section().name().equals(name)) {
            throw reader.damaged("section " + name + " is missing");
        }
        if (reader.section().version() != version) {
            throw new IllegalStateException(
                    "section "
                            + name
                            + " has version "
                            + reader.section().version()
                            + ", this engine reads "
                            + version);
        }
    }

    private int shards() {
        return shards == null ? 0 : shards.count();
    }

    private static boolean isRemote(Operator stage) {
        return stage instanceof RemoteOperator<?>;
    }

    private static String sectionOf(Operator stage, int shard) {
        return stage.name() + "#" + shard;
    }
}
