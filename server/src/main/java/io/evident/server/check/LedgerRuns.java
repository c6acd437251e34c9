package io.evident.server.check;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.ReadOnlyDataDirectory.VerifiedShard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Compares of each run of a server the last record of its ledger with what the shards hold. Used once. */
final class LedgerRuns {
    private final Map<Integer, VerifiedShard> shards;
    private final Map<Integer, ShardTally> tallies;
    private final int mayWriteFrom;
    private final Consumer<Finding> findings;
    private final Map<LedgerPart.Head, BlockInfo> parts = new LinkedHashMap<>();

    /**
     * @param mayWriteFrom the lowest incarnation in which a server may have written while the shards were read
     * @param findings receives what differs
     */
    LedgerRuns(
            Map<Integer, VerifiedShard> shards,
            Map<Integer, ShardTally> tallies,
            int mayWriteFrom,
            Consumer<Finding> findings) {
        this.shards = shards;
        this.tallies = tallies;
        this.mayWriteFrom = mayWriteFrom;
        this.findings = findings;
    }

    /** Returns how many runs were compared. */
    int compare() throws IOException {
        shards.forEach((shard, found) -> parts.putAll(tallies.get(shard).lastParts(found.blocks())));
        int compared = 0;
        for (Map.Entry<String, List<List<LedgerPart.Head>>> run :
                LedgerRecord.byRun(parts.keySet()).entrySet()) {
            LedgerRecord last = last(run.getValue());
            if (last != null) {
                compare(last);
                compared++;
            } else {
                findings.accept(Finding.note(
                        Finding.LEDGER_INCOMPLETE,
                        "",
                        "no record of run " + run.getKey() + " is whole and could be compared"));
            }
        }
        return compared;
    }

    /** The last record of a run, of one that may be at work the last whose events were read; {@code null} for none. */
    private LedgerRecord last(List<List<LedgerPart.Head>> records) throws IOException {
        boolean mayBeAtWork =
                records.stream().flatMap(List::stream).anyMatch(part -> part.lastIncarnation() >= mayWriteFrom);
        for (List<LedgerPart.Head> each : records) {
            LedgerRecord record = read(each);
            // While a server writes, a record may speak of events that came after their shard was read.
            if (record != null && (!mayBeAtWork || wasRead(record))) {
                return record;
            }
        }
        return null;
    }

    /** A record; {@code null} when some of it was removed meanwhile. */
    private LedgerRecord read(List<LedgerPart.Head> record) throws IOException {
        List<LedgerPart> read = new ArrayList<>();
        for (LedgerPart.Head part : record) {
            LedgerPart found = ShardTally.read(part, shards.get(part.shard()), parts.get(part));
            if (found == null) {
                return null;
            }
            read.add(found);
        }
        return LedgerRecord.of(read);
    }

    private boolean wasRead(LedgerRecord record) {
        return record.through().stream().allMatch(through -> {
            VerifiedShard shard = shards.get(through.shard());
            return shard != null && shard.report().lastSequence() >= through.sequence();
        });
    }

    private void compare(LedgerRecord record) throws IOException {
        for (String each : record.unbalanced()) {
            findings.accept(
                    Finding.of(Finding.LEDGER, "", "the record at " + record.where() + " does not add up: " + each));
        }
        for (LedgerComparison.Difference each : LedgerComparison.compare(record, this::storedThrough)) {
            findings.accept(Finding.of(Finding.LEDGER, "", each.told()));
        }
        if (record.isLast() && record.inFlight() > 0) {
            findings.accept(Finding.note(
                    Finding.LEDGER_IN_FLIGHT,
                    "",
                    "the last record of run " + record.run() + " (" + record.where() + ") has " + record.inFlight()
                            + " events in flight, although the server stopped in order"));
        }
    }

    private StoredCounts storedThrough(int shard, int incarnation, long sequence) throws IOException {
        return shards.containsKey(shard)
                ? tallies.get(shard).storedThrough(shards.get(shard), incarnation, sequence)
                : new StoredCounts();
    }
}
