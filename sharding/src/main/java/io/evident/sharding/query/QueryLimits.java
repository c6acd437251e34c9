package io.evident.sharding.query;

/**
 * What one query may cost.
 *
 * @param readBytes most bytes it reads from the journal where no index helps; a query that needs more is refused
 * @param textReadBytes the same for a query that looks for a text
 * @param pageBytes most bytes of a page's events; a page with more ends early, with a cursor
 * @param timeMs longest time that it may take
 */
public record QueryLimits(long readBytes, long textReadBytes, long pageBytes, long timeMs) {
    /** 2 GiB read, 1 GiB for a text, 16 MiB a page, 10 s. */
    public static final QueryLimits DEFAULT = new QueryLimits(2L << 30, 1L << 30, 16L << 20, 10_000);

    public QueryLimits {
        if (readBytes < 1 || textReadBytes < 1 || pageBytes < 1 || timeMs < 1) {
            throw new IllegalArgumentException("limits of a query are positive: " + readBytes + ", " + textReadBytes
                    + ", " + pageBytes + ", " + timeMs);
        }
    }
}
