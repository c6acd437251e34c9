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
    /** Whether that is for ever. */
    private boolean identityStays;
    /** Where it was while it was in the emergency journal only, or {@code null}. */
    private Identity position;

    private int storedBy = NOBODY;
    private boolean inDoubt;

    /** All that was sent under the id; the first one is what its sender means. */
    List<SimEvent> contents() {
        return contents;
    }

    Promise promise() {
        return promise;
    }

    /** A sending of it has an unknown outcome, so that it may be stored beside another. */
    void inDoubt() {
        inDoubt = true;
    }

    boolean wasInDoubt() {
        return inDoubt;
    }

    /** The content that was promised, or {@code null}. */
    SimEvent promised() {
        return promised;
    }

    /** Where it was promised to be, or {@code null}. */
    Identity identity() {
        return identity;
    }

    /** The position that it was promised at in an emergency journal, or {@code null}. */
    Identity position() {
        return position;
    }

    /**
     * Another promise, which must not contradict one that stands; returns what is wrong, or {@code null}. What was at a
     * position of the emergency journal has a sequence one day, and keeps it; a late receipt may still name the position.
     */
    String promise(Promise more, SimEvent content, Identity where) {
        if (promise != Promise.NOTHING && promised != content) {
            return "two contents under one id: " + content;
        }
        Identity before = where.isPosition() ? position : identity;
        if (promise != Promise.NOTHING && before != null && !before.equals(where)) {
            return "was promised at " + before + ", and now at " + where + ": " + content;
        }
        promise = more.compareTo(promise) > 0 ? more : promise;
        promised = content;
        if (where.isPosition()) {
            position = where;
        } else {
            identity = where;
            identityStays |= more == Promise.SYNCED;
        }
        return null;
    }

    /** The fold that gave it a sequence was lost with the machine; false when that may not be. */
    boolean unfold() {
        if (position == null || identityStays) {
            return false;
        }
        identity = null;
        return true;
    }

    /** The sending whose receipt did not call it a duplicate; returns what is wrong, or {@code null}. */
    String storedBy(int serial) {
        if (storedBy != NOBODY && storedBy != serial && !inDoubt) {
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
        position = null;
        identityStays = false;
        storedBy = NOBODY;
    }
}
