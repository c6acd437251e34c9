package io.evident.server.check;

import io.evident.pipeline.journal.BlockSource;
import io.evident.server.retention.state.RetentionCheck;
import io.evident.sharding.OpenedShardMap;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.ShardMapFile;
import io.evident.storage.ReadOnlyDataDirectory;
import io.evident.storage.ReadOnlyDataDirectory.VerifiedShard;
import io.evident.storage.emergency.EmergencyCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntPredicate;

/**
 * Checks a data directory, the shards beside each other on at most as many threads as there are processors. Only reads,
 * and may run beside a server at work. Used once.
 */
public final class DataCheck {
    private static final long TICK_MS = 100;
    private static final String RETENTION_FILE = "retention.json";

    private final ReadOnlyDataDirectory directory;
    private final boolean everyByte;
    private final Path backup;
    /** The server that was at work before anything was read, {@code null} for none. */
    private final String server;
    /** The lowest incarnation in which a server may write from then on: one that comes begins behind all that are there. */
    private final int mayWriteFrom;

    private final LongAdder checkedBytes = new LongAdder();
    private final Map<Integer, ShardTally> tallies = new TreeMap<>();
    private final Map<Integer, VerifiedShard> verified = new TreeMap<>();
    private final List<Finding> findings = new ArrayList<>();

    /**
     * Looks who is at work, from when on the check has to reckon with what is written meanwhile.
     *
     * @param standby the standby directory, or {@code null} for none
     * @param everyByte whether to read everything, or to believe the seals as a start does
     * @param backup the root of the backup copies of the emergency journals, or {@code null} to leave them out
     * @throws java.nio.file.NoSuchFileException when there is no such directory
     */
    public DataCheck(Path data, Path standby, Path backup, boolean everyByte) throws IOException {
        this.backup = backup;
        this.directory = ReadOnlyDataDirectory.open(data, standby);
        this.everyByte = everyByte;
        int last = lastIncarnation(shard -> true);
        int lastOfActive = lastIncarnation(activeShards());
        this.server = directory.server();
        this.mayWriteFrom = server == null ? last + 1 : lastOfActive;
    }

    /**
     * Runs the check.
     *
     * @param only the one shard to look at, or {@code null} for all
     * @param progress is told how far it is
     * @throws IOException when the directory itself cannot be read
     */
    public CheckResult run(Integer only, CheckProgress progress) throws IOException, InterruptedException {
        OpenedShardMap map = ShardMapFile.look(directory.path());
        map.findings().forEach(each -> findings.add(Finding.of(Finding.SHARD_MAP, ShardMapFile.NAME, each)));
        int mapShards = map.history() == null ? 0 : map.history().current().shardCount();
        int mapEpoch = map.history() == null ? 0 : map.history().current().epoch();
        if (map.history() == null && !map.isLater() && !directory.shards().isEmpty()) {
            findings.add(Finding.of(
                    Finding.SHARD_MAP,
                    ShardMapFile.NAME,
                    "no whole one is left, nor a copy: the next start makes it anew from what the journals hold, and which"
                            + " epochs there were before is lost"));
        }
        lookAtRetention();
        List<Integer> shards = shards(only, mapShards);
        try {
            read(shards, progress);
            map.unknownShards().forEach(this::noteUnknown);
            return result(server == null ? directory.server() : server, mapShards, mapEpoch, only == null);
        } finally {
            for (VerifiedShard shard : verified.values()) {
                shard.close();
            }
        }
    }

    private void lookAtRetention() throws IOException {
        RetentionCheck.Result found = RetentionCheck.of(directory.path());
        found.findings().forEach(each -> findings.add(Finding.of(Finding.RETENTION, RETENTION_FILE, each)));
        if (found.isLost()) {
            findings.add(Finding.of(
                    Finding.RETENTION_LOST,
                    RETENTION_FILE,
                    "no whole one is left, nor a copy: rules, holds and up to where events have expired are lost"));
        }
    }

    /**
     * The shards that take events by the map; all when there is none. They start together, behind the incarnations of all, so
     * that the highest of theirs belongs to the last run of a server. Of another shard, an attempt to open it that failed may
     * have left one that no run is in.
     */
    private IntPredicate activeShards() throws IOException {
        ShardHistory history = ShardMapFile.look(directory.path()).history();
        return history == null
                ? shard -> true
                : shard -> shard < history.current().shardCount()
                        && history.current().slotsOf(shard) > 0;
    }

    private int lastIncarnation(IntPredicate counted) throws IOException {
        int last = 0;
        for (int shard : directory.shards()) {
            last = counted.test(shard) ? Math.max(last, directory.lastIncarnation(shard)) : last;
        }
        return last;
    }

    private List<Integer> shards(Integer only, int mapShards) throws IOException {
        TreeSet<Integer> there = new TreeSet<>(directory.shards());
        for (int shard = 0; shard < mapShards; shard++) {
            if (!there.contains(shard) && (only == null || only == shard)) {
                findings.add(Finding.of(
                        Finding.SHARD_MISSING,
                        String.format("shard-%02d", shard),
                        "the shard map has this shard, but it has no directory"));
            }
        }
        there.removeIf(shard -> only != null && !only.equals(shard));
        return List.copyOf(there);
    }

    private void read(List<Integer> shards, CheckProgress progress) throws IOException, InterruptedException {
        long totalBytes = 0;
        for (int shard : shards) {
            totalBytes += journalBytes(shard);
            tallies.put(shard, new ShardTally(shard, checkedBytes));
        }
        progress.begin(totalBytes);
        int threads = Math.max(1, Math.min(shards.size(), Runtime.getRuntime().availableProcessors()));
        ExecutorService readers = Executors.newFixedThreadPool(threads, DataCheck::reader);
        try {
            Map<Integer, Future<VerifiedShard>> reading = new TreeMap<>();
            for (int shard : shards) {
                reading.put(shard, readers.submit(() -> read(shard)));
            }
            for (Map.Entry<Integer, Future<VerifiedShard>> each : reading.entrySet()) {
                verified.put(each.getKey(), await(each.getValue(), progress));
            }
        } finally {
            readers.shutdownNow();
            readers.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private static Thread reader(Runnable work) {
        Thread thread = new Thread(work, "check");
        thread.setDaemon(true);
        return thread;
    }

    private long journalBytes(int shard) {
        try {
            return directory.journalBytes(shard);
        } catch (IOException e) {
            // The check itself says so; here it only does not count.
            return 0;
        }
    }

    private VerifiedShard read(int shard) throws IOException {
        return everyByte ? directory.verify(shard, tallies.get(shard)) : directory.look(shard);
    }

    private VerifiedShard await(Future<VerifiedShard> reading, CheckProgress progress)
            throws IOException, InterruptedException {
        while (true) {
            try {
                return reading.get(TICK_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                progress.tick(checkedBytes.sum());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException io) {
                    throw io;
                }
                throw new IllegalStateException("the check failed", e.getCause());
            }
        }
    }

    private CheckResult result(String server, int mapShards, int mapEpoch, boolean all) throws IOException {
        List<CheckedShard> shards = new ArrayList<>();
        StoredCounts stored = new StoredCounts();
        long removed = 0;
        int seenRecords = 0;
        long more = 0;
        for (Map.Entry<Integer, VerifiedShard> each : verified.entrySet()) {
            VerifiedShard shard = each.getValue();
            ShardTally tally = tallies.get(each.getKey());
            EmergencyCheck.Result emergency = emergency(each.getKey(), shard.blocks());
            shards.add(CheckedShard.of(shard.report(), shard.blocks(), emergency.events()));
            emergency.findings().forEach(found -> findings.add(Finding.of(each.getKey(), found)));
            shard.report().damage().forEach(damage -> findings.add(Finding.of(each.getKey(), damage)));
            noteStandby(each.getKey(), shard);
            more += shard.report().damageCount() - shard.report().damage().size();
            tally.problems().forEach(problem -> findings.add(Finding.of(Finding.CONTENT, "", problem)));
            stored.add(tally.stored(), 1);
            removed += tally.removed().total();
            seenRecords += tally.records();
        }
        int comparedRuns = all ? new LedgerRuns(verified, tallies, mayWriteFrom, findings::add).compare() : 0;
        return new CheckResult(
                server,
                mapShards,
                mapEpoch,
                shards,
                List.copyOf(findings),
                more,
                stored,
                removed,
                seenRecords,
                comparedRuns,
                directory.freeBytes(),
                checkedBytes.sum());
    }

    /** A growth that was interrupted leaves an empty one; events in it are found by no query. */
    private void noteUnknown(int shard) {
        VerifiedShard found = verified.get(shard);
        if (found != null) {
            String where = String.format("shard-%02d", shard);
            long events = found.report().events();
            findings.add(
                    events == 0
                            ? Finding.note(
                                    Finding.SHARD_UNKNOWN,
                                    where,
                                    "it is not in the shard map and holds nothing: a growth was interrupted, and the next"
                                            + " one uses it")
                            : Finding.of(
                                    Finding.SHARD_MAP,
                                    where,
                                    "it is not in the shard map, so its " + events + " events are not served"));
        }
    }

    private void noteStandby(int shard, VerifiedShard found) {
        String where = String.format("shard-%02d", shard);
        String missing = directory.standbyMissing(shard);
        if (missing != null) {
            findings.add(Finding.note(Finding.STANDBY_MISSING, where, missing));
        }
        if (found.report().supersededBlocks() > 0) {
            findings.add(Finding.note(
                    Finding.SUPERSEDED,
                    where,
                    found.report().supersededBlocks()
                            + " blocks are on both volumes; each is served once, from the standby volume"));
        }
    }

    private EmergencyCheck.Result emergency(int shard, BlockSource blocks) throws IOException {
        EmergencyCheck.Result result =
                directory.checkEmergency(shard, backup, blocks.foldedThrough(blocks.blockCount()));
        checkedBytes.add(result.bytes());
        return result;
    }
}
