package io.evident.server.command;

import io.evident.event.EventTimeText;
import io.evident.server.check.CheckedShard;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the commands that check a data directory tell in the same way. */
final class DataDirectories {
    private DataDirectories() {}

    static Map<String, Object> members(CheckedShard shard) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("shard", shard.report().shard());
        members.put("segments", shard.report().segments());
        members.put("blocks", shard.report().blocks());
        members.put("events", shard.report().events());
        members.put("emergencyEvents", shard.emergencyEvents());
        members.put("bytes", shard.bytes());
        members.put("lastSequence", shard.report().lastSequence());
        members.put("incarnation", shard.incarnation());
        members.put("epoch", shard.epoch());
        members.put("oldest", time(shard.oldestNs(), Long.MAX_VALUE));
        members.put("newest", time(shard.newestNs(), Long.MIN_VALUE));
        members.put("findings", shard.report().damageCount());
        return members;
    }

    /** A time as text, or {@code null} when there is none. */
    static String time(long ns, long none) {
        return ns == none ? null : EventTimeText.format(ns);
    }
}
