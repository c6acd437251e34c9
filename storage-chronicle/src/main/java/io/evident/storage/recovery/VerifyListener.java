package io.evident.storage.recovery;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import java.util.Map;

/** Hears what a verification of one shard reads, on the thread that reads. */
public interface VerifyListener {
    /** Hears nothing. */
    VerifyListener NONE = new VerifyListener() {
        @Override
        public void checked(long bytes) {}

        @Override
        public void block(BlockReader events) {}

        @Override
        public void removed(BlockInfo block, Map<String, Integer> events) {}
    };

    /** So many more bytes of the shard's files were checked. */
    void checked(long bytes);

    /** A whole block that is served; valid during the call only. */
    void block(BlockReader events);

    /**
     * Events of a block were removed, which {@link #block} does not have.
     *
     * @param events how many, by tenant
     */
    void removed(BlockInfo block, Map<String, Integer> events);
}
