package io.evident.server.command;

import io.evident.event.EventTimeText;
import io.evident.server.check.CheckedShard;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What the commands that look at a data directory have in common. */
final class DataDirectories {
    private DataDirectories() {}

    static int unreadable(CommandSpec spec, Path data, IOException e) {
        String why = e instanceof NoSuchFileException
                ? "there is no data directory " + data
                : data + " cannot be read: " + e;
        return told(spec, why);
    }

    static int noShard(CommandSpec spec, Path data, Integer shard) {
        return told(
                spec,
                shard == null ? data + " is no data directory: it has no shard" : data + " has no shard " + shard);
    }

    private static int told(CommandSpec spec, String why) {
        spec.commandLine().getErr().println("evident: " + why);
        spec.commandLine().getErr().flush();
        return CommandLine.ExitCode.USAGE;
    }

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
