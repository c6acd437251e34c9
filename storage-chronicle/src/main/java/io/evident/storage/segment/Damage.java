package io.evident.storage.segment;

/**
 * One thing found wrong.
 *
 * @param kind what
 * @param segment the segment's directory name, or the name of a file that is no segment; behind {@link #STANDBY} when it is on
 *     the standby volume
 * @param position where in the segment's file, in bytes; 0 where that says nothing
 * @param lengthBytes how many bytes were set aside from there; 0 when none
 * @param detail a sentence for people
 */
public record Damage(DamageKind kind, String segment, long position, long lengthBytes, String detail) {
    /** What the name of a segment on the standby volume begins with. */
    public static final String STANDBY = "standby/";

    /** The same, found on the standby volume. */
    public Damage onStandby() {
        return new Damage(kind, STANDBY + segment, position, lengthBytes, detail);
    }

    /**
     * Whether something stored may be lost, altered or hidden; a block cut short by a crash is not that, nor a seal, which
     * is made anew from the segment, nor what says how much was removed.
     */
    public boolean isSerious() {
        return kind != DamageKind.UNFINISHED && kind != DamageKind.SEAL && kind != DamageKind.REMOVED;
    }
}
