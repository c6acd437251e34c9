package io.evident.server;

import io.evident.event.EventView;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.sharding.SlotHash;
import io.evident.sharding.StoredSlots;
import io.evident.storage.ReadOnlyDataDirectory;
import io.evident.storage.recovery.VerifyListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads from the journals of a data directory which shard each event was routed to. */
final class JournalSlots implements StoredSlots {
    private static final Logger LOG = LoggerFactory.getLogger("evident");

    private final Path data;
    private final Path standby;

    /** @param standby the standby directory, or {@code null} for none */
    JournalSlots(Path data, Path standby) {
        this.data = data;
        this.standby = standby;
    }

    @Override
    public void read(Listener listener) throws IOException {
        LOG.warn("the shard map of {} is lost: reading every stored event to make it anew", data);
        ReadOnlyDataDirectory directory = ReadOnlyDataDirectory.open(data, standby);
        for (int shard : directory.shards()) {
            directory.verify(shard, new ToSlots(shard, listener)).close();
        }
    }

    private record ToSlots(int shard, Listener listener) implements VerifyListener {
        @Override
        public void checked(long bytes) {}

        @Override
        public void block(BlockReader events) {
            try {
                while (events.next()) {
                    EventView event = events.event();
                    listener.event(shard, SlotHash.slotOf(event), events.block().epoch());
                }
            } catch (IllegalStateException e) {
                LOG.warn("shard {}: {} tells nothing", shard, events.block(), e);
            }
        }

        /** Where they went need not be known any more: nobody asks for them. */
        @Override
        public void removed(BlockInfo block, Map<String, Integer> events) {}
    }
}
