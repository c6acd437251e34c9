package io.evident.pipeline.recorder;

import io.evident.pipeline.ledger.StoredCut;
import io.evident.pipeline.writer.ShardContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * Of every shard, the youngest cut whose events are all forced: a record must not count what a power cut may take back. A
 * shard whose writer or disk does not answer in time keeps its last one, which is older and no less right. One thread at
 * a time.
 */
final class SyncedCuts {
    private static final long WRITER_MS = 1_000;
    private static final long FORCE_MS = 1_000;

    private final Supplier<List<ShardContext>> allShards;
    private final Patience patience;
    private final List<StoredCut> synced = new ArrayList<>();
    /** Cuts that wait for their force, {@code null} where there is none: one that comes late serves the next record. */
    private final List<StoredCut> waiting = new ArrayList<>();

    /** The shards at the last look: they only become more. */
    private List<ShardContext> shards = List.of();

    /** @param shards those that there are now, in order */
    SyncedCuts(Supplier<List<ShardContext>> shards, Patience patience) {
        this.allShards = shards;
        this.patience = patience;
    }

    private void look() {
        shards = allShards.get();
        for (ShardContext shard : shards.subList(synced.size(), shards.size())) {
            // Nobody has asked it yet: this is the cut before its first event.
            synced.add(shard.tally().last());
            waiting.add(null);
        }
    }

    /**
     * Asks every writer, and returns the cuts in the order of the shards.
     *
     * @param withinMs how long it may take at most
     */
    List<StoredCut> take(long withinMs) {
        look();
        // Nobody writes a sealed one: its last cut is right for ever.
        List<ShardContext> written =
                shards.stream().filter(shard -> !shard.isSealed()).toList();
        CountDownLatch answered = new CountDownLatch(written.size());
        for (ShardContext shard : written) {
            shard.tally().ask(answered);
            shard.lanes().wakeWriter();
        }
        patience.await(() -> answered.getCount() == 0, Math.min(WRITER_MS, withinMs / 2));
        List<StoredCut> fresh =
                shards.stream().map(shard -> shard.tally().last()).toList();
        patience.await(() -> areSynced(fresh), Math.min(FORCE_MS, withinMs / 2));
        for (int i = 0; i < fresh.size(); i++) {
            keep(i, fresh.get(i));
        }
        return List.copyOf(synced);
    }

    private void keep(int shard, StoredCut fresh) {
        StoredCut late = waiting.get(shard);
        if (isSynced(fresh)) {
            synced.set(shard, fresh);
            waiting.set(shard, null);
        } else if (late == null) {
            waiting.set(shard, fresh);
        } else if (isSynced(late)) {
            synced.set(shard, late);
            waiting.set(shard, fresh);
        }
    }

    private boolean areSynced(List<StoredCut> cuts) {
        return cuts.stream().allMatch(this::isSynced);
    }

    private boolean isSynced(StoredCut cut) {
        return shards.get(cut.shard()).frontier().synced() >= cut.through();
    }
}
