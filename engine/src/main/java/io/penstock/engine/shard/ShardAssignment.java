package io.penstock.engine.shard;

import io.penstock.engine.state.KeyGroups;

/**
 * Which shard owns which key groups: ranges that follow one another, as equal as can be.
 *
 * @param shard number of a shard, from 0
 * @param shards how many there are
 */
public record ShardAssignment(int shard, int shards) {
    /** First key group of the shard. */
    public int firstGroup() {
        return shard * KeyGroups.COUNT / shards;
    }

    /** The key group behind the shard's last one. */
    public int endGroup() {
        return (shard + 1) * KeyGroups.COUNT / shards;
    }

    /** Whether a key group is the shard's. */
    public boolean owns(int group) {
        return group >= firstGroup() && group < endGroup();
    }
}
