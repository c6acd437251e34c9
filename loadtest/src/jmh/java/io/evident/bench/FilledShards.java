package io.evident.bench;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.load.dataset.DataSet;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.Journal;
import io.evident.sharding.ShardMap;
import io.evident.sharding.SlotRouter;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import io.evident.storage.OpenedShard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Shards that hold events of the large data set, in blocks of {@value #BLOCK_EVENTS}, all forced. For one thread. */
final class FilledShards implements AutoCloseable {
    /** Events of a block, but for the last of each shard. */
    static final int BLOCK_EVENTS = 500;

    private final BenchDirectory directory;
    private final DataDirectory data;
    private final List<OpenedShard> shards;

    private FilledShards(BenchDirectory directory, DataDirectory data, List<OpenedShard> shards) {
        this.directory = directory;
        this.data = data;
        this.shards = shards;
    }

    static FilledShards with(DataSet events, int shardCount) throws IOException {
        BenchDirectory directory = BenchDirectory.create();
        DataDirectory data = DataDirectory.open(directory.path(), JournalSettings.defaults());
        FilledShards filled = new FilledShards(directory, data, data.openShards(shardCount));
        filled.fill(events);
        return filled;
    }

    private void fill(DataSet events) throws IOException {
        SlotRouter router = new SlotRouter(ShardMap.first(shards.size()));
        List<Block> blocks = new ArrayList<>();
        for (OpenedShard shard : shards) {
            blocks.add(begin(new Block(), shard.journal()));
        }
        EventEncoder encoder = new EventEncoder();
        EventView view = new EventView();
        for (long i = 0; i < events.events(); i++) {
            AuditEvent event = events.event(i);
            byte[] bytes = Encoded.of(event, encoder);
            view.wrap(bytes, 0, bytes.length);
            int shard = router.shardOf(view);
            Block block = blocks.get(shard);
            if (block.count() == BLOCK_EVENTS) {
                shards.get(shard).journal().append(block);
                begin(block, shards.get(shard).journal());
            }
            block.add(view);
        }
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).count() > 0) {
                shards.get(i).journal().append(blocks.get(i));
            }
            shards.get(i).journal().force();
        }
    }

    private static Block begin(Block block, Journal journal) {
        block.begin(Lane.STANDARD, 1, journal.nextSequence());
        return block;
    }

    DataDirectory data() {
        return data;
    }

    List<OpenedShard> shards() {
        return shards;
    }

    @Override
    public void close() throws IOException {
        data.close();
        directory.close();
    }
}
