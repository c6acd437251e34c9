package io.evident.server.retention;

import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.retention.Expired;
import io.evident.storage.retention.Removal;
import java.io.IOException;
import java.util.List;

/** One shard, as retention sees it. For the retention thread. */
interface RetainedShard {
    /** Its blocks, also those that are in no sealed segment yet. */
    BlockSource blocks();

    /** Up to which sequence all is forced, so that no power cut takes it; -1 when nothing is. */
    long syncedSequence();

    /** The segments from which something may be removed, oldest first. */
    List<Integer> sealed() throws IOException;

    /** What one of these still holds; may read all of it the first time. */
    SegmentContent content(int segment) throws IOException;

    /**
     * When the newest event that is left of one of its blocks was received; {@link Long#MIN_VALUE} when none is. Reads as {@link
     * #content} does.
     */
    long newestReceivedNs(int segment, int block) throws IOException;

    /** What has expired of it. */
    Expired expired(int segment, ShardHorizon horizon) throws IOException;

    /** Whether a horizon hides nothing of it, whatever it holds; reads nothing. */
    default boolean isUntouched(int segment, ShardHorizon horizon) throws IOException {
        return false;
    }

    /**
     * Whether something can be removed of a segment now; when not, it can be with a later look.
     *
     * @throws IOException when it is not known well enough
     */
    default boolean mayRemove(int segment) throws IOException {
        return true;
    }

    /** Removes what has expired of it; {@code null} when that cannot be now, but with a later look. */
    Removal remove(int segment, ShardHorizon horizon) throws IOException;

    /** The segment's name, which stays. */
    String name(int segment);
}
