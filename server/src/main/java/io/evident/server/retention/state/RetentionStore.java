package io.evident.server.retention.state;

import io.evident.pipeline.retention.Horizon;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rules, holds and horizon as they are on the disk. A change is forced before anybody sees it. Reading is for any thread and never
 * waits; changes come one after the other.
 */
public final class RetentionStore {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionStore.class);

    private final Path dataDirectory;
    private volatile RetentionState state;
    private volatile Horizon horizon;
    /** A version that was tried may be on the disk, whatever was said about it: it is not used again. */
    private long triedVersion;

    private RetentionStore(Path dataDirectory, RetentionState state) {
        this.dataDirectory = dataDirectory;
        this.state = state;
        this.triedVersion = state.version();
        this.horizon = state.cuts().horizon(state.version());
    }

    /** Opens what a data directory has, once its shards are open; what was wrong is logged. */
    public static RetentionStore open(Path dataDirectory) throws IOException {
        RetentionFile.Opened opened = RetentionFile.open(dataDirectory);
        opened.findings().forEach(finding -> LOG.error("retention: {}", finding));
        RetentionFile.keepCopies(dataDirectory, opened.state()).forEach(finding -> LOG.warn("retention: {}", finding));
        return new RetentionStore(dataDirectory, opened.state());
    }

    /**
     * Takes cuts back that are behind the next sequence of their shard; before anything is stored in it. Nothing is there that
     * this could show again.
     *
     * @param nextSequences by shard; of no others there is anything
     * @throws IOException when it could not be written: nothing may be stored then, as a later start would take it for expired
     */
    public void lower(long[] nextSequences) throws IOException {
        CutTable before = state.cuts();
        RetentionState after = change(now -> now.lowered(nextSequences));
        if (!after.cuts().equals(before)) {
            LOG.warn(
                    "retention: the end of a shard was lost, and its sequences come again: the horizon was {}, and is {} now,"
                            + " by the next sequences {}",
                    before,
                    after.cuts(),
                    Arrays.toString(nextSequences));
        }
    }

    /** All of it as it is now. */
    public RetentionState state() {
        return state;
    }

    /** Up to where events have expired; another one only when that moved. */
    public Horizon horizon() {
        return horizon;
    }

    /**
     * Changes the state; when this returns, everybody goes by the new one, and so does the next start.
     *
     * @param change from the state as it is to the one that is to be
     * @return the state as it is now
     * @throws IOException when it could not be written for certain: all goes on by the old one, but in doubt the next start goes
     *     by the new one
     */
    public synchronized RetentionState change(UnaryOperator<RetentionState> change) throws IOException {
        RetentionState before = state;
        RetentionState wanted = change.apply(before);
        if (wanted.equals(before)) {
            return before;
        }
        triedVersion++;
        RetentionState next = wanted.withVersion(triedVersion);
        RetentionFile.write(dataDirectory, next).forEach(finding -> LOG.warn("retention: {}", finding));
        if (!next.cuts().equals(before.cuts())) {
            horizon = next.cuts().horizon(next.version());
        }
        state = next;
        return next;
    }
}
