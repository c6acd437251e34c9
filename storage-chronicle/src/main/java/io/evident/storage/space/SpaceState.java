package io.evident.storage.space;

import java.util.Locale;

/** What the room on the data volume allows. */
public enum SpaceState {
    /** Every event is taken. */
    ROOMY,
    /** The floor is passed, or the disk took no more: only CRITICAL events are taken. */
    CRITICAL_ONLY,
    /** The reserve is gone too: nothing is taken. */
    FULL;

    /** The name in answers and metrics: lower-case with hyphens. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
