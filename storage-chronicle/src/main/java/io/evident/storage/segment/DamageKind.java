package io.evident.storage.segment;

import java.util.Locale;

/** What was found wrong while blocks were read. */
public enum DamageKind {
    /**
     * A block was being written, or a segment being begun, when the process stopped. Normal after a crash: it was never
     * acknowledged.
     */
    UNFINISHED,
    /** Chronicle's header word or index before a block is wrong. The block that follows is whole. */
    HEADER,
    /** There should be a block, but the bytes are none. */
    NOT_A_BLOCK,
    /** A block's bytes are not those that were written. */
    CHECKSUM,
    /** A whole block, but of a format version or with flags that are not understood. */
    UNKNOWN_VERSION,
    /** A whole block of another shard or incarnation; or a segment's file in the place of another's. */
    FOREIGN,
    /** Sequences are missing before a block. */
    GAP,
    /** A block repeats sequences that another block already has; it is set aside, unless it is of a later incarnation. */
    OVERLAP,
    /** A block does not carry the hash of the block before it. It is served. */
    CHAIN,
    /** A sealed segment has lost bytes at its end, or its file. */
    TRUNCATED,
    /** A segment's seal is damaged or does not fit. It costs nothing: the segment is read instead. */
    SEAL,
    /**
     * What was removed of a segment is not known, as the file that says so is damaged, missing or another segment's. It costs
     * no event: those that are kept are served.
     */
    REMOVED,
    /** A file could not be read. */
    UNREADABLE,
    /** A file or directory among the segments that is none. */
    UNKNOWN_FILE;

    /** The name in reports: lower-case with hyphens. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
