package io.evident.load.peer;

/** Results as a round leaves them, for tests. */
final class Results {
    static final PeerSetting SETTING = new PeerSetting("abc1234", 20, 40, 1, PageCache.COLD);

    private Results() {}

    static PeerResult of(String peer, int round, double eventsPerSecond) {
        return of(peer, round, eventsPerSecond, 1_000, 0, 1_000);
    }

    static PeerResult of(String peer, int round, double eventsPerSecond, long receipts, long unknown, long stored) {
        return new PeerResult(
                peer,
                round,
                SETTING,
                "2026-06-0" + round,
                "page cache",
                "1.2",
                "as \"shipped\"",
                round * 500L,
                40,
                eventsPerSecond,
                round,
                10.0 * round,
                100.0 * round,
                1_000.0 * round,
                0,
                0.5,
                receipts,
                0,
                unknown,
                stored,
                2.5,
                0.25,
                peer.equals("evident") ? 3.5 : -1);
    }
}
