package io.evident.server.retention;

import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.retention.Expired;
import io.evident.storage.retention.Removal;
import io.evident.storage.retention.SegmentRetention;
import io.evident.storage.retention.SegmentTally;
import io.evident.storage.segment.ShardBlocks;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A shard of the data directory; keeps what was found out about its segments. */
final class StoredShard implements RetainedShard {
    private final SegmentRetention storage;
    private final ShardBlocks blocks;
    private final Map<Integer, SegmentTally> tallies = new HashMap<>();

    StoredShard(SegmentRetention storage, ShardBlocks blocks) {
        this.storage = storage;
        this.blocks = blocks;
    }

    @Override
    public BlockSource blocks() {
        return blocks;
    }

    @Override
    public List<Integer> sealed() throws IOException {
        List<Integer> sealed = storage.sealedSegments(blocks);
        tallies.keySet().retainAll(sealed);
        return sealed;
    }

    private SegmentTally tally(int segment) throws IOException {
        SegmentTally tally = tallies.get(segment);
        if (tally == null) {
            tally = storage.tally(blocks, segment);
            tallies.put(segment, tally);
        }
        return tally;
    }

    @Override
    public SegmentContent content(int segment) throws IOException {
        SegmentTally tally = tally(segment);
        return new SegmentContent(tally.tenants(), tally.newestReceivedNs());
    }

    @Override
    public Expired expired(int segment, ShardHorizon horizon) throws IOException {
        return tally(segment).expired(horizon);
    }

    @Override
    public Removal remove(int segment, ShardHorizon horizon) throws IOException {
        tallies.remove(segment);
        return storage.remove(blocks, segment, horizon);
    }

    @Override
    public String name(int segment) {
        return String.valueOf(blocks.segmentDirectory(segment).getFileName());
    }
}
