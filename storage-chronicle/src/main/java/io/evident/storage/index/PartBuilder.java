package io.evident.storage.index;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.index.active.ActivePart;
import io.evident.storage.index.active.BlockTerms;
import java.io.IOException;

/** Makes parts of a run of blocks, one block after the other. The indexer's thread only. */
final class PartBuilder {
    private final IndexedShard shard;
    private final int end;
    private final BlockTerms terms;
    private final Runnable onComplete;
    private int next;
    private ActivePart part;

    /**
     * For the blocks from one to another, exclusive; {@link Integer#MAX_VALUE} for all that will be.
     *
     * @param onComplete is told of each part that is complete
     */
    PartBuilder(IndexedShard shard, int from, int end, BlockTerms terms, Runnable onComplete) {
        this.shard = shard;
        this.next = from;
        this.end = end;
        this.terms = terms;
        this.onComplete = onComplete;
    }

    IndexedShard shard() {
        return shard;
    }

    /** Where its part begins, or would begin. One that was dropped meanwhile is its part no more. */
    int begin() {
        if (part != null && !shard.all().contains(part)) {
            complete();
        }
        return part == null ? next : part.firstBlock();
    }

    /** Takes at most so many blocks; returns how many events they had, at least 1 for each block. */
    int take(int blocks, BlockReader reader) {
        int limit = Math.min(end, shard.blocks().blockCount());
        int events = 0;
        for (int i = 0; i < blocks && next < limit; i++) {
            events += takeNext(reader);
        }
        if (next == end) {
            complete();
        }
        return events;
    }

    boolean isDone() {
        return next == end;
    }

    private int takeNext(BlockReader reader) {
        int kept = Math.min(shard.blocks().nextKept(next), end);
        if (kept > next) {
            complete();
            next = kept;
            return 1;
        }
        BlockInfo info = shard.blocks().block(next);
        if (part != null && (!part.takes(info) || shard.isFull(part))) {
            complete();
        }
        try {
            boolean begins = part == null;
            long renewals = begins ? shard.renewals() : 0;
            shard.blocks().read(info, reader);
            ActivePart to = begins ? new ActivePart(shard.blocks().shard(), next, info) : part;
            to.add(reader, terms);
            if (!begins || shard.add(to, renewals)) {
                part = to;
            }
        } catch (IOException | RuntimeException e) {
            complete();
            shard.leaveOut(next, e);
        }
        next++;
        return info.count();
    }

    private void complete() {
        if (part != null) {
            shard.complete(part);
            part = null;
            onComplete.run();
        }
    }
}
