package io.evident.storage.space;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;

/**
 * What the last look at a volume found.
 *
 * @param state what is taken
 * @param freeBytes room that anyone may still use
 * @param reserveBytes what there is of the reserve
 * @param others why ELEVATED and STANDARD events are refused, or {@code null}
 * @param critical why CRITICAL events find no room but in the emergency journals, or {@code null}
 */
public record SpaceView(SpaceState state, long freeBytes, long reserveBytes, Refusal others, Refusal critical) {
    private static final int KIB_SHIFT = 10;

    static SpaceView of(Volume volume, SpaceState state, long freeBytes, long reserveBytes, long neededBytes) {
        long missing = (neededBytes - freeBytes + (1 << KIB_SHIFT) - 1) >> KIB_SHIFT;
        String remedy = missing > 0
                ? "free " + missing + " KiB or more there, and intake goes on by itself"
                : "that is enough, and intake goes on by itself as soon as the reserve is rebuilt";
        String found = volume.text() + " has " + (freeBytes >> KIB_SHIFT) + " KiB free and needs "
                + (neededBytes >> KIB_SHIFT) + " KiB before events of every lane are taken again: " + remedy;
        return switch (state) {
            case ROOMY -> new SpaceView(state, freeBytes, reserveBytes, null, null);
            case CRITICAL_ONLY -> new SpaceView(state, freeBytes, reserveBytes, full(found), null);
            case FULL ->
                new SpaceView(
                        state, freeBytes, reserveBytes, full(found), full("the reserve is used up as well; " + found));
        };
    }

    private static Refusal full(String detail) {
        return Refusal.of(RefusalReason.DISK_FULL, detail);
    }

    Refusal refusal(Lane lane) {
        return lane == Lane.CRITICAL ? critical : others;
    }
}
