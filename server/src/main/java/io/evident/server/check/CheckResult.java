package io.evident.server.check;

import io.evident.event.Lane;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a check of a data directory found.
 *
 * @param server the process id of the server at work on it, or {@code null}
 * @param mapShards shards of the shard map, 0 when no whole map is left
 * @param mapEpoch its epoch, 0 when no whole map is left
 * @param shards every shard that was looked at
 * @param findings everything that was found, shard by shard; at most so many as are listed
 * @param moreFindings how many more there are
 * @param stored what was stored per tenant and lane, also what was removed since; nothing when the events were not read
 * @param removedEvents how many of them retention removed
 * @param ledgerRecords how many events of the server's own ledger were seen
 * @param ledgerRuns how many runs of a server were compared with their last record
 * @param freeBytes bytes left on the volume
 * @param checkedBytes bytes that were read
 */
public record CheckResult(
        String server,
        int mapShards,
        int mapEpoch,
        List<CheckedShard> shards,
        List<Finding> findings,
        long moreFindings,
        StoredCounts stored,
        long removedEvents,
        int ledgerRecords,
        int ledgerRuns,
        long freeBytes,
        long checkedBytes) {

    /** Whether nothing is damaged; a note is no damage. */
    public boolean isWhole() {
        return moreFindings == 0 && findings.stream().noneMatch(Finding::isDamage);
    }

    /** Whether a shard has a standby volume that was not looked at. */
    public boolean lacksStandby() {
        return findings.stream().anyMatch(finding -> finding.kind().equals(Finding.STANDBY_MISSING));
    }

    /** What differs between the ledger and the journal; empty also when nothing was compared. */
    public List<Finding> ledgerDifferences() {
        return findings.stream()
                .filter(finding -> finding.isDamage() && finding.kind().equals(Finding.LEDGER))
                .toList();
    }

    /** Events of all shards. */
    public long events() {
        return shards.stream().mapToLong(shard -> shard.report().events()).sum();
    }

    /** Events that are in an emergency journal only, and get their sequence later; not among {@link #events}. */
    public long emergencyEvents() {
        return shards.stream().mapToLong(CheckedShard::emergencyEvents).sum();
    }

    /** Bytes of all whole blocks. */
    public long bytes() {
        return shards.stream().mapToLong(CheckedShard::bytes).sum();
    }

    /** Segments of all shards. */
    public int segments() {
        return shards.stream().mapToInt(shard -> shard.report().segments()).sum();
    }

    /** Smallest event time, {@link Long#MAX_VALUE} when there is no event. */
    public long oldestNs() {
        return shards.stream().mapToLong(CheckedShard::oldestNs).min().orElse(Long.MAX_VALUE);
    }

    /** Largest event time, {@link Long#MIN_VALUE} when there is no event. */
    public long newestNs() {
        return shards.stream().mapToLong(CheckedShard::newestNs).max().orElse(Long.MIN_VALUE);
    }

    /** One object for each tenant and lane that has events: for JSON. */
    public List<Map<String, Object>> storedMembers() {
        List<Map<String, Object>> all = new ArrayList<>();
        stored.byTenant().forEach((tenant, counts) -> {
            for (int code = 0; code < counts.length; code++) {
                if (counts[code] > 0) {
                    Map<String, Object> members = new LinkedHashMap<>();
                    members.put("tenant", tenant);
                    members.put("lane", Lane.ofCode(code).text());
                    members.put("stored", counts[code]);
                    all.add(members);
                }
            }
        });
        return all;
    }
}
