package io.evident.storage;

import java.util.List;
import org.agrona.concurrent.Agent;

/**
 * Seals the segments of all open shards once they are full and forced, one in each duty cycle: beside the committers, so that
 * no sender waits while a seal is put together, written and forced.
 */
final class SegmentSealer implements Agent {
    private final List<OpenedShard> shards;

    /** @param shards those that are open, also when there are more of them later */
    SegmentSealer(List<OpenedShard> shards) {
        this.shards = shards;
    }

    @Override
    public int doWork() {
        for (OpenedShard shard : shards) {
            if (shard.sealOne()) {
                return 1;
            }
        }
        return 0;
    }

    @Override
    public String roleName() {
        return "segment-sealer";
    }
}
