package io.evident.storage.index;

/** Something that covers a run of a shard's blocks: a part that grows in memory, or one in a file. Thread-safe. */
interface ShardPart {
    int firstBlock();

    /** The block behind the last one that is covered now. */
    int endBlock();

    /** What is covered now, or {@code null} when it is damaged. */
    PartView view();
}
