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
    /** Where all shards stand, in order; more may come. */
    private final List<OpenedShard> shards;

    /** @param standby {@code null} when no shard has a standby volume */
    VolumeRooms(DiskSpace own, DiskSpace standby, List<OpenedShard> shards) {
        this.own = own;
        this.standby = standby;
        this.shards = shards;
    }

    @Override
    public Refusal refusal(Lane lane) {
        return own.refusal(lane);
    }

    @Override
    public Refusal refusal(int shard, Lane lane) {
        return standby != null && isOnStandby(shards.get(shard).standby()) ? standby.refusal(lane) : own.refusal(lane);
    }

    private static boolean isOnStandby(ShardStandby volume) {
        return volume != null && volume.isInUse();
    }
}
