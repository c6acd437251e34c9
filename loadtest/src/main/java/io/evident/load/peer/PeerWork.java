package io.evident.load.peer;

import io.evident.load.target.Durability;
import java.util.Locale;

/** What all systems are made to do, each in the same durability class. */
enum PeerWork {
    /** Batches, as fast as they are taken; what is answered survives the death of the process. */
    JOURNALED_THROUGHPUT(Durability.PAGE_CACHE, 0, 500),
    /** The same; what is answered survives a power cut. */
    FORCED_THROUGHPUT(Durability.FORCED, 0, 500),
    /** 50,000 single events a second, due at equal distances. */
    LATENCY_50K(Durability.PAGE_CACHE, 50_000, 1),
    /** The same; what is answered survives a power cut. */
    FORCED_LATENCY_50K(Durability.FORCED, 50_000, 1);

    private final Durability durability;
    private final int eventsPerSecond;
    private final int batch;

    PeerWork(Durability durability, int eventsPerSecond, int batch) {
        this.durability = durability;
        this.eventsPerSecond = eventsPerSecond;
        this.batch = batch;
    }

    /** As on the command line, or {@code null} for none. */
    static PeerWork ofText(String text) {
        for (PeerWork each : values()) {
            if (each.text().equals(text)) {
                return each;
            }
        }
        return null;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Durability durability() {
        return durability;
    }

    /** 0 for as fast as they are taken. */
    int eventsPerSecond() {
        return eventsPerSecond;
    }

    /** Events that are sent together. */
    int batch() {
        return batch;
    }
}
