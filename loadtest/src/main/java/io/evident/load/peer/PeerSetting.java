package io.evident.load.peer;

/**
 * Under what a result came about: results of different ones do not belong into one table. Immutable.
 *
 * @param commit of the checkout
 * @param warmupSeconds as asked for
 * @param seconds as asked for
 * @param seed of the events
 * @param pageCache as each run found it
 */
record PeerSetting(String commit, int warmupSeconds, int seconds, long seed, PageCache pageCache) {
    /** For people. */
    String text() {
        return "commit " + commit + ", " + seconds + " s after " + warmupSeconds + " s of warm-up, seed " + seed
                + ", page cache " + pageCache.lowerCase();
    }
}
