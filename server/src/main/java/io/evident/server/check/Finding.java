package io.evident.server.check;

import io.evident.storage.emergency.EmergencyFinding;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing found in a data directory.
 *
 * @param kind a word for programs: that of a {@link DamageKind}, or {@code shard-map}, {@code shard-missing},
 *     {@code retention}, {@code retention-lost},
 *     {@code standby-missing}, {@code superseded}, {@code ledger}, {@code ledger-incomplete},
 *     {@code ledger-in-flight}, {@code content}, {@code emergency-note}, {@code emergency-copy}, {@code emergency-lost}
 * @param isDamage whether the directory is not whole because of it; what a crash leaves behind is a note only
 * @param where the file or directory, from the data directory on; behind {@code standby/} or {@code backup/} from there on
 * @param position where in the file
 * @param lengthBytes how many bytes are set aside from there, 0 when none
 * @param detail what was found, a sentence
 */
public record Finding(String kind, boolean isDamage, String where, long position, long lengthBytes, String detail) {
    private static final String BACKUP = "backup";
    private static final String SEGMENTS = "segments";
    static final String SHARD_MAP = "shard-map";
    static final String SHARD_MISSING = "shard-missing";
    static final String RETENTION = "retention";
    static final String RETENTION_LOST = "retention-lost";
    static final String STANDBY_MISSING = "standby-missing";
    static final String SUPERSEDED = "superseded";
    static final String SHARD_UNKNOWN = "shard-unknown";
    static final String LEDGER = "ledger";
    static final String LEDGER_INCOMPLETE = "ledger-incomplete";
    static final String LEDGER_IN_FLIGHT = "ledger-in-flight";
    static final String CONTENT = "content";
    static final String EMERGENCY_NOTE = "emergency-note";
    static final String EMERGENCY_COPY = "emergency-copy";
    static final String EMERGENCY_LOST = "emergency-lost";

    static Finding of(int shard, Damage damage) {
        boolean onStandby = damage.segment().startsWith(Damage.STANDBY);
        String name = onStandby ? damage.segment().substring(Damage.STANDBY.length()) : damage.segment();
        // The directory of the segments itself may be what cannot be read.
        String below = name.equals(SEGMENTS) ? "" : "/" + name;
        return new Finding(
                damage.kind().text(),
                damage.kind() != DamageKind.UNFINISHED,
                (onStandby ? Damage.STANDBY : "") + String.format("shard-%02d/", shard) + SEGMENTS + below,
                damage.position(),
                damage.lengthBytes(),
                damage.detail());
    }

    static Finding of(int shard, EmergencyFinding found) {
        Damage damage = found.damage();
        String kind = switch (found.meaning()) {
            case NOTE -> EMERGENCY_NOTE;
            case COPY -> EMERGENCY_COPY;
            case LOST -> EMERGENCY_LOST;
        };
        boolean ofBackup = damage.segment().startsWith(BACKUP);
        String shardName = String.format("shard-%02d", shard);
        String where = ofBackup
                ? BACKUP + "/" + shardName + damage.segment().substring(BACKUP.length())
                : shardName + "/" + damage.segment();
        return new Finding(
                kind,
                found.meaning() == EmergencyFinding.Meaning.LOST,
                where,
                damage.position(),
                damage.lengthBytes(),
                damage.kind().text() + ", " + damage.detail());
    }

    static Finding of(String kind, String where, String detail) {
        return new Finding(kind, true, where, 0, 0, detail);
    }

    /** What explains something, and is no damage. */
    static Finding note(String kind, String where, String detail) {
        return new Finding(kind, false, where, 0, 0, detail);
    }

    /** For JSON. */
    public Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("kind", kind);
        members.put("damage", isDamage);
        members.put("where", where);
        members.put("position", position);
        members.put("lengthBytes", lengthBytes);
        members.put("detail", detail);
        return members;
    }

    /** For people, on one line. */
    public String line() {
        return kind + "  " + where + (position > 0 ? " at " + position : "")
                + (lengthBytes > 0 ? " (" + lengthBytes + " bytes)" : "") + ": " + detail;
    }
}
