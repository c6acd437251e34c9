package io.evident.server.tail;

import io.evident.event.EventView;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.retention.Horizon;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.JournalFollower;
import io.evident.storage.ReadOnlyDataDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The end of a data directory's journals, of all shards together. Only reads. Used by one thread. */
public final class JournalTail implements Closeable {
    private static final long LOOK_FOR_SHARDS_NS = 1_000_000_000L;

    /** As events arrived: by the clock of their receiving, then by identity. */
    private static final Comparator<StoredEvent> BY_ARRIVAL = Comparator.comparingLong(
                    (StoredEvent stored) -> stored.event().receivedTimeNs())
            .thenComparingInt(StoredEvent::shard)
            .thenComparingInt(StoredEvent::incarnation)
            .thenComparingLong(StoredEvent::sequence);

    private final ReadOnlyDataDirectory directory;
    private final Predicate<EventView> wanted;
    private final Supplier<Horizon> horizon;
    private final Map<Integer, JournalFollower> followers = new TreeMap<>();
    private final BlockReader block = new BlockReader();
    private long lookedForShardsNs = System.nanoTime();

    private JournalTail(ReadOnlyDataDirectory directory, Predicate<EventView> wanted, Supplier<Horizon> horizon)
            throws IOException {
        this.directory = directory;
        this.wanted = wanted;
        this.horizon = horizon;
        lookForShards();
    }

    /**
     * Opens a data directory, with or without a server at work in it.
     *
     * @param wanted which events to show
     * @param horizon what has expired by now: it is not shown. Asked for every block
     * @throws java.nio.file.NoSuchFileException when there is no such directory
     */
    public static JournalTail open(Path data, Predicate<EventView> wanted, Supplier<Horizon> horizon)
            throws IOException {
        return new JournalTail(ReadOnlyDataDirectory.open(data), wanted, horizon);
    }

    /** The newest wanted events that are there now, the oldest of them first; later calls of {@link #poll} go on behind. */
    public List<StoredEvent> newest(int count) throws IOException {
        if (count == 0) {
            for (JournalFollower follower : followers.values()) {
                follower.skipToEnd();
            }
            return List.of();
        }
        PriorityQueue<StoredEvent> newest = new PriorityQueue<>(BY_ARRIVAL);
        while (poll(stored -> {
                    newest.add(stored);
                    if (newest.size() > count) {
                        newest.poll();
                    }
                })
                > 0) {
            // Until nothing new comes.
        }
        List<StoredEvent> inOrder = new ArrayList<>(newest);
        inOrder.sort(BY_ARRIVAL);
        return inOrder;
    }

    /** Hands on the wanted events of the next block of each shard; returns how many blocks there were. */
    public int poll(Consumer<StoredEvent> consumer) throws IOException {
        if (System.nanoTime() - lookedForShardsNs > LOOK_FOR_SHARDS_NS) {
            lookForShards();
        }
        int blocks = 0;
        for (JournalFollower follower : followers.values()) {
            if (follower.poll(block)) {
                blocks++;
                handOn(follower.shard(), consumer);
            }
        }
        return blocks;
    }

    private void handOn(int shard, Consumer<StoredEvent> consumer) {
        ShardHorizon expired = horizon.get().of(shard);
        while (block.next()) {
            if (!expired.hides(block.event(), block.sequence()) && wanted.test(block.event())) {
                consumer.accept(StoredEvent.copyOf(block.event(), shard, block.block(), block.sequence()));
            }
        }
    }

    private void lookForShards() throws IOException {
        for (int shard : directory.shards()) {
            followers.computeIfAbsent(shard, directory::follow);
        }
        lookedForShardsNs = System.nanoTime();
    }

    /** Whether there is any journal yet. */
    public boolean hasShards() {
        return !followers.isEmpty();
    }

    /** What was found wrong in the files since the last call, one line each. */
    public List<String> takeDamage() {
        List<String> found = new ArrayList<>();
        followers.values().forEach(follower -> follower.takeDamage().forEach(damage -> found.add(damage.toString())));
        return found;
    }

    @Override
    public void close() throws IOException {
        for (JournalFollower follower : followers.values()) {
            follower.close();
        }
    }
}
