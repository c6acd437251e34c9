package io.evident.pipeline.writer;

/**
 * How far a shard has come: the highest sequence that is appended, and the highest that is forced; appended >= synced,
 * both -1 while there is nothing. The writer advances the first, the committer the second, and the writer, too, when it goes
 * over to a standby volume; anyone reads.
 */
public final class ShardFrontier {
    private volatile long appended;
    private volatile long synced;

    /**
     * @param recovered the last sequence found at the start, which is forced before the shard opens; -1 for none
     */
    public ShardFrontier(long recovered) {
        appended = recovered;
        synced = recovered;
    }

    /** The highest sequence that survives the death of the process. */
    public long appended() {
        return appended;
    }

    /** The highest sequence that survives a power cut. */
    public long synced() {
        return synced;
    }

    void advanceAppended(long sequence) {
        appended = sequence;
    }

    /** A force that was overtaken by the change to a standby volume must not take the frontier back. */
    synchronized void advanceSynced(long sequence) {
        if (sequence > synced) {
            synced = sequence;
        }
    }
}
