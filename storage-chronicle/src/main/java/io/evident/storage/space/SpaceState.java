package io.evident.storage.space;

import java.util.Locale;

/** What the room on a volume allows. */
public enum SpaceState {
    /** Every event is taken. */
    ROOMY,
    /** The floor is passed, or the disk took no more: only CRITICAL events are taken. */
    CRITICAL_ONLY,
    /** The reserve is gone too: only CRITICAL events are taken, into the emergency journals, until those are full. */
    FULL;

    /** The name in answers and metrics: lower-case with hyphens. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
