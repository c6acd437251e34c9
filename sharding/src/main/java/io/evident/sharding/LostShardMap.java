package io.evident.sharding;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes a shard map when none is left, so that every event is found again.
 *
 * <p>The map of the first epoch is a function of the number of shards alone. It is taken when every stored event lies
 * where that map puts it, and is of the first epoch. Otherwise, as after growth, nobody knows the maps any more, and
 * none is guessed: the past is written down as a history under which every shard may hold events of every slot, so that
 * a query asks them all, and new events go by a fresh map in an epoch of its own.
 */
final class LostShardMap {
    /** Maps of the first epoch that may have been it, the likelier first. */
    private final List<ShardMap> candidates = new ArrayList<>();

    private final int shards;
    private long events;
    private int lastEpoch = 1;
    private ShardMap fitting;

    /**
     * @param directories shards that have a directory, at least 1
     * @param configured shards that are configured; when they are more, the last directories may be gone
     */
    LostShardMap(int directories, int configured) {
        this.shards = Math.max(directories, configured);
        candidates.add(ShardMap.first(shards));
        if (directories < shards) {
            candidates.add(ShardMap.first(directories));
        }
    }

    /** Asks the journals. */
    ShardHistory rebuild(StoredSlots stored) throws IOException {
        stored.read(this::event);
        fitting = lastEpoch == 1 && !candidates.isEmpty() ? candidates.get(0) : null;
        return fitting == null ? anyShard() : new ShardHistory(List.of(fitting));
    }

    private void event(int shard, int slot, int epoch) {
        events++;
        lastEpoch = Math.max(lastEpoch, epoch);
        for (int i = candidates.size() - 1; i >= 0; i--) {
            if (candidates.get(i).shardOf(slot) != shard) {
                candidates.remove(i);
            }
        }
    }

    /** One epoch for each shard, to which that epoch assigns all slots; and as many as were used. */
    private ShardHistory anyShard() {
        List<ShardMap> epochs = new ArrayList<>();
        int[] slots = new int[SlotHash.SLOTS];
        for (int epoch = 1; epoch <= Math.max(shards, lastEpoch); epoch++) {
            Arrays.fill(slots, (epoch - 1) % shards);
            epochs.add(ShardMap.of(epoch, shards, slots));
        }
        ShardMap fresh = ShardMap.first(shards);
        Arrays.setAll(slots, fresh::shardOf);
        epochs.add(ShardMap.of(epochs.size() + 1, shards, slots));
        return new ShardHistory(epochs);
    }

    /** What was done, in a sentence. */
    String told() {
        if (fitting != null) {
            return "the map of " + fitting.shardCount() + " shards was made anew; all " + events
                    + " stored events lie where it puts them";
        }
        return "it cannot be made anew, as the " + events
                + " stored events do not lie where the first map would have put"
                + " them (the last epoch in use was " + lastEpoch + "); queries ask every shard from now on, and new"
                + " events go by a fresh map of " + shards + " shards";
    }
}
