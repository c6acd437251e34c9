package io.evident.load.ledger;

import io.evident.event.AuditEvent;
import io.evident.event.EventView;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.JournalFollower;
import io.evident.storage.ReadOnlyDataDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The journal files of a data directory, with or without a server at work in it. */
final class JournalEvents implements StoredEvents {
    private final Path data;

    JournalEvents(Path data) {
        this.data = data;
    }

    @Override
    public List<String> readAll(Consumer<StoredFact> facts) throws IOException {
        List<String> damage = new ArrayList<>();
        ReadOnlyDataDirectory directory = ReadOnlyDataDirectory.open(data);
        BlockReader block = new BlockReader();
        for (int shard : directory.shards()) {
            try (JournalFollower follower = directory.follow(shard)) {
                while (follower.poll(block)) {
                    while (block.next()) {
                        facts.accept(fact(shard, block));
                    }
                }
                follower.takeDamage().forEach(found -> damage.add("shard " + shard + ": " + found));
            }
        }
        return damage;
    }

    private static StoredFact fact(int shard, BlockReader block) {
        EventView event = block.event();
        AuditEvent stored = AuditEvent.of(event);
        boolean own = stored.tenant().equals(StoredFact.OWN_TENANT);
        return new StoredFact(
                stored.id(),
                own,
                shard,
                block.block().incarnation(),
                block.sequence(),
                block.block().lane().text(),
                own || (DerivedEvent.isDriversId(stored.id()) && stored.equals(DerivedEvent.of(stored.id()))));
    }
}
