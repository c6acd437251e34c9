package io.evident.load.peer;

/**
 * Under what a result came about: results of different ones do not belong into one table. Immutable.
 *
 * @param commit of the checkout
 * @param warmupSeconds as asked for
 * @param seconds as asked for
 * @param seed of the events
 */
record PeerSetting(String commit, int warmupSeconds, int seconds, long seed) {
    /** For people. */
    String text() {
        return "commit " + commit + ", " + seconds + " s after " + warmupSeconds + " s of warm-up, seed " + seed;
    }
}
