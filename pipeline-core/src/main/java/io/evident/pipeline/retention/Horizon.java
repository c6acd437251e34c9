package io.evident.pipeline.retention;

import java.util.List;

/** Up to where the events of every shard have expired, at one moment. Immutable. */
public final class Horizon {
    /** Nothing has expired anywhere. */
    public static final Horizon NONE = new Horizon(0, List.of());

    private final long version;
    private final List<ShardHorizon> shards;

    /**
     * @param version higher than that of every horizon before it
     * @param shards by their numbers; in shards behind the last one nothing has expired
     */
    public Horizon(long version, List<ShardHorizon> shards) {
        this.version = version;
        this.shards = List.copyOf(shards);
    }

    /** Two horizons of one server are the same when their versions are. */
    public long version() {
        return version;
    }

    /** What has expired in a shard. */
    public ShardHorizon of(int shard) {
        return shard < shards.size() ? shards.get(shard) : ShardHorizon.NONE;
    }
}
