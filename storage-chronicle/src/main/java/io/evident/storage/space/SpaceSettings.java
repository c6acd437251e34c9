package io.evident.storage.space;

/**
 * How much room is kept.
 *
 * @param floorBytes free space below which only CRITICAL events are taken; has to hold what is on the road already
 * @param reserveBytes length of the file {@code reserve}, which is given up for CRITICAL events when the disk is full;
 *     0 for none
 * @param aheadBytes how far ahead of the writer a segment's file is backed by the disk, 256 KiB to 1 GiB
 */
public record SpaceSettings(long floorBytes, long reserveBytes, int aheadBytes) {
    private static final int MAX_AHEAD_BYTES = 1 << 30;

    public SpaceSettings {
        if (floorBytes < 0 || reserveBytes < 0) {
            throw new IllegalArgumentException("floorBytes " + floorBytes + ", reserveBytes " + reserveBytes);
        }
        if (aheadBytes < AheadFile.PIECE_BYTES || aheadBytes > MAX_AHEAD_BYTES) {
            throw new IllegalArgumentException("aheadBytes is " + aheadBytes + ", not 256 KiB to 1 GiB");
        }
    }

    /** A floor of 256 MiB, a reserve of 64 MiB, 1 MiB ahead. */
    public static SpaceSettings defaults() {
        return new SpaceSettings(256L << 20, 64L << 20, 1 << 20);
    }
}
