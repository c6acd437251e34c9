package io.evident.sharding.query;

/**
 * What one query may cost.
 *
 * @param readBytes most bytes it reads from the journal; a query that needs more is refused
 * @param pageBytes most bytes of a page's events; a page with more ends early, with a cursor
 */
public record QueryLimits(long readBytes, long pageBytes) {
    /** 2 GiB read, 16 MiB a page. */
    public static final QueryLimits DEFAULT = new QueryLimits(2L << 30, 16L << 20);

    public QueryLimits {
        if (readBytes < 1 || pageBytes < 1) {
            throw new IllegalArgumentException("limits of a query are positive: " + readBytes + ", " + pageBytes);
        }
    }
}
