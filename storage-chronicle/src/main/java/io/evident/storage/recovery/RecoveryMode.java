package io.evident.storage.recovery;

/** How a shard is looked at. */
public enum RecoveryMode {
    /** By the server, which holds the lock: seals count, what is not sealed yet is forced and sealed. */
    OPEN(true, false, true),
    /** The same, when the shard's own volume cannot be written, but its standby volume can. */
    OPEN_STANDBY(true, false, true),
    /** Where nothing can or may be written and nobody writes: seals count, nothing is forced or sealed. */
    READ(true, false, false),
    /** By a tool, while nobody writes: every block is read, nothing is written. */
    VERIFY(false, false, false),
    /** By a tool beside a server at work: the same, but the end of the last segment is only the end for now. */
    VERIFY_LIVE(false, true, false),
    /** By a tool in a hurry, beside a server at work: the same, but seals count. */
    READ_LIVE(true, true, false);

    final boolean trustsSeals;
    final boolean live;
    /** Whether the shard is written to behind what is found. */
    final boolean writes;

    RecoveryMode(boolean trustsSeals, boolean live, boolean writes) {
        this.trustsSeals = trustsSeals;
        this.live = live;
        this.writes = writes;
    }
}
