package io.evident.storage;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.pipeline.admission.RoomGuard;
import io.evident.storage.space.DiskSpace;
import java.util.List;

/** Asks the volume that a shard is written to now. Thread-safe. */
final class VolumeRooms implements RoomGuard {
    private final DiskSpace own;
    private final DiskSpace standby;
    private final ShardStandby[] standbys;

    /** @param standby {@code null} when no shard has a standby volume */
    VolumeRooms(DiskSpace own, DiskSpace standby, List<OpenedShard> shards) {
        this.own = own;
        this.standby = standby;
        this.standbys = new ShardStandby[shards.size()];
        for (OpenedShard shard : shards) {
            standbys[shard.journal().shard()] = shard.standby();
        }
    }

    @Override
    public Refusal refusal(Lane lane) {
        return own.refusal(lane);
    }

    @Override
    public Refusal refusal(int shard, Lane lane) {
        boolean onStandby = standby != null && standbys[shard] != null && standbys[shard].isInUse();
        return onStandby ? standby.refusal(lane) : own.refusal(lane);
    }
}
