package io.evident.server.simulation;

import java.util.ArrayList;
import java.util.List;

/** A tenant's id, the contents that were sent under it, and what was promised of it. */
final class Claimed {
    /** How much is promised. */
    enum Promise {
        /** Nothing: it may be stored or not. */
        NOTHING,
        /** It is there as long as the machine runs. */
        JOURNALED,
        /** It is there for ever. */
        SYNCED
    }

    private static final int NOBODY = -1;

    private final List<SimEvent> contents = new ArrayList<>();
    private Promise promise = Promise.NOTHING;
    private SimEvent promised;
    private Identity identity;
    private int storedBy = NOBODY;

    /** All that was sent under the id; the first one is what its sender means. */
    List<SimEvent> contents() {
        return contents;
    }

    Promise promise() {
        return promise;
    }

    /** The content that was promised, or {@code null}. */
    SimEvent promised() {
        return promised;
    }

    /** Where it was promised to be, or {@code null}. */
    Identity identity() {
        return identity;
    }

    /** Another promise, which must not contradict one that stands; returns what is wrong, or {@code null}. */
    String promise(Promise more, SimEvent content, Identity where) {
        if (promise != Promise.NOTHING && promised != content) {
            return "two contents under one id: " + content;
        }
        if (promise != Promise.NOTHING && !identity.equals(where)) {
            return "was promised at " + identity + ", and now at " + where + ": " + content;
        }
        promise = more.compareTo(promise) > 0 ? more : promise;
        promised = content;
        identity = where;
        return null;
    }

    /** The sending whose receipt did not call it a duplicate; returns what is wrong, or {@code null}. */
    String storedBy(int serial) {
        if (storedBy != NOBODY && storedBy != serial) {
            return "was stored by sending " + storedBy + ", and now by " + serial;
        }
        storedBy = serial;
        return null;
    }

    /** The promise ended with the machine, and the event is gone. */
    void forget() {
        promise = Promise.NOTHING;
        promised = null;
        identity = null;
        storedBy = NOBODY;
    }
}
