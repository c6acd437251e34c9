package io.evident.load.peer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.evident.load.report.JsonLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What one system did in one round. Immutable.
 *
 * @param setting under what it came about
 * @param date on which, in UTC
 * @param durability the class in which it answered
 * @param tuning the settings that matter
 * @param freeMb megabytes of memory that held nothing when it started
 * @param seconds measured time: less than was asked for when little room was left on the disk
 * @param eventsPerSecond answered in the measured time
 * @param p50Ms latency from when an event was due, of those due in the measured time
 * @param notTaken events that were due in it and never taken
 * @param blockedSeconds how long the system let the generator wait with a batch that was due
 * @param receipts events that were answered as kept, warm-up included
 * @param unknown events of which nobody knows, refused ones not among them
 * @param stored events that could be read back
 * @param serverCpuSeconds processor time of the system for each million receipts of the measured time
 * @param generatorCpuSeconds the same of the generator; within it for a system that has no process of its own
 * @param allocatedBytes on the heap of the system for each event; -1 for one that is no JVM
 */
record PeerResult(
        String peer,
        int round,
        PeerSetting setting,
        String date,
        String durability,
        String version,
        String tuning,
        long freeMb,
        double seconds,
        double eventsPerSecond,
        double p50Ms,
        double p99Ms,
        double p999Ms,
        double maxMs,
        long notTaken,
        double blockedSeconds,
        long receipts,
        long refused,
        long unknown,
        long stored,
        double serverCpuSeconds,
        double generatorCpuSeconds,
        double allocatedBytes) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Whether what can be read back is what was said to be kept, but for what nobody knows. */
    boolean isComplete() {
        return stored >= receipts && stored <= receipts + unknown;
    }

    /** Writes it to a file, which is there as a whole or not at all. */
    void write(Path file) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("peer", peer);
        members.put("round", round);
        members.put("commit", setting.commit());
        members.put("warmupSeconds", setting.warmupSeconds());
        members.put("askedSeconds", setting.seconds());
        members.put("seed", setting.seed());
        members.put("pageCache", setting.pageCache().lowerCase());
        members.put("date", date);
        members.put("durability", durability);
        members.put("version", version);
        members.put("tuning", tuning);
        members.put("freeMb", freeMb);
        members.put("seconds", seconds);
        members.put("eventsPerSecond", eventsPerSecond);
        members.put("p50Ms", p50Ms);
        members.put("p99Ms", p99Ms);
        members.put("p99.9Ms", p999Ms);
        members.put("maxMs", maxMs);
        members.put("notTaken", notTaken);
        members.put("blockedSeconds", blockedSeconds);
        members.put("receipts", receipts);
        members.put("refused", refused);
        members.put("unknown", unknown);
        members.put("stored", stored);
        members.put("serverCpuSecondsPerMillion", serverCpuSeconds);
        members.put("generatorCpuSecondsPerMillion", generatorCpuSeconds);
        members.put("allocatedBytesPerEvent", allocatedBytes);
        Path begun = file.resolveSibling(file.getFileName() + ".begun");
        Files.writeString(begun, JsonLine.of(members) + "\n", StandardCharsets.UTF_8);
        Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE);
    }

    static PeerResult read(Path file) throws IOException {
        Map<String, String> members = members(Files.readString(file, StandardCharsets.UTF_8));
        try {
            return new PeerResult(
                    members.get("peer"),
                    Integer.parseInt(members.get("round")),
                    new PeerSetting(
                            Objects.requireNonNull(members.get("commit")),
                            Integer.parseInt(members.get("warmupSeconds")),
                            Integer.parseInt(members.get("askedSeconds")),
                            Long.parseLong(members.get("seed")),
                            Objects.requireNonNull(PageCache.ofText(members.get("pageCache")))),
                    members.get("date"),
                    members.get("durability"),
                    members.get("version"),
                    members.get("tuning"),
                    Long.parseLong(members.get("freeMb")),
                    Double.parseDouble(members.get("seconds")),
                    Double.parseDouble(members.get("eventsPerSecond")),
                    Double.parseDouble(members.get("p50Ms")),
                    Double.parseDouble(members.get("p99Ms")),
                    Double.parseDouble(members.get("p99.9Ms")),
                    Double.parseDouble(members.get("maxMs")),
                    Long.parseLong(members.get("notTaken")),
                    Double.parseDouble(members.get("blockedSeconds")),
                    Long.parseLong(members.get("receipts")),
                    Long.parseLong(members.get("refused")),
                    Long.parseLong(members.get("unknown")),
                    Long.parseLong(members.get("stored")),
                    Double.parseDouble(members.get("serverCpuSecondsPerMillion")),
                    Double.parseDouble(members.get("generatorCpuSecondsPerMillion")),
                    Double.parseDouble(members.get("allocatedBytesPerEvent")));
        } catch (NumberFormatException | NullPointerException e) {
            throw new IOException(file + " is no result of a peer; remove it to run that again", e);
        }
    }

    private static Map<String, String> members(String json) throws IOException {
        Map<String, String> members = new HashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                members.put(name, parser.getText());
            }
        }
        return members;
    }
}
