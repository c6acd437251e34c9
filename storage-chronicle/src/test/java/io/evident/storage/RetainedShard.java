package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.EventField;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.archive.ArchiveSettings;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.file.FileOperations;
import io.evident.storage.index.ShardIndexes;
import io.evident.storage.recovery.VerifyListener;
import io.evident.storage.retention.Expired;
import io.evident.storage.retention.Removal;
import io.evident.storage.retention.SegmentRetention;
import io.evident.storage.retention.SegmentTally;
import io.evident.storage.retention.TenantTally;
import io.evident.storage.segment.Damage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A shard with segments of a few blocks, from which events are removed, and what it has to hold. For one thread. */
final class RetainedShard implements AutoCloseable {
    static final ArchiveSettings AT_ONCE = new ArchiveSettings(true, Duration.ZERO, 1L << 40);
    private static final Duration SEGMENT_AGE = Duration.ofHours(1);

    final TenantEvents events;
    private final Path data;
    private final FileOperations files;
    private final TestClock clock = new TestClock();
    private DataDirectory directory;
    private OpenedShard shard;
    private SegmentRetention retention;

    RetainedShard(Path data, long seed, FileOperations files) throws IOException {
        this.data = data;
        this.files = files;
        this.events = new TenantEvents(seed);
        open();
    }

    private void open() throws IOException {
        directory = DataDirectory.open(data, new JournalSettings(1 << 20, SEGMENT_AGE, clock), files);
        shard = directory.openShard(0);
        retention = directory.retention(bytes -> {}, null);
    }

    DataDirectory directory() {
        return directory;
    }

    ShardBlocks blocks() {
        return (ShardBlocks) shard.blocks();
    }

    OpenedShard shard() {
        return shard;
    }

    SegmentRetention retention() {
        return retention;
    }

    void useIndexes(ShardIndexes indexes) {
        retention = directory.retention(bytes -> {}, indexes);
    }

    void restart() throws IOException {
        close();
        open();
    }

    /** Appends some blocks, and begins the next segment. */
    void fillSegment(int blockCount) throws IOException {
        for (int i = 0; i < blockCount; i++) {
            events.append(shard.journal());
        }
        shard.journal().force();
        clock.move(SEGMENT_AGE.plusSeconds(1));
        events.append(shard.journal(), 1);
        shard.journal().force();
    }

    void archive() {
        directory.archiver(AT_ONCE, clock).runOnce();
    }

    List<Integer> sealed() throws IOException {
        return retention.sealedSegments(blocks());
    }

    /** The sequences that a segment had. */
    long[] sequences(int segment) {
        long first = Long.MAX_VALUE;
        long last = -1;
        for (int i = 0; i < blocks().blockCount(); i++) {
            BlockInfo block = blocks().block(i);
            if (block.segment() == segment) {
                first = Math.min(first, block.firstSequence());
                last = Math.max(last, block.lastSequence());
            }
        }
        return new long[] {first, last};
    }

    /** Checks what a segment is said to hold, removes what has expired, and checks that it is that. */
    Removal remove(int segment, ShardHorizon horizon) throws IOException {
        long[] range = sequences(segment);
        SegmentTally tally = retention.tally(blocks(), segment);
        isSame(tally.tenants(), events.kept(range[0], range[1]));
        checkNewest(segment);
        Expired expired = tally.expired(horizon);
        Map<String, List<TenantEvents.Written>> expected = events.expire(horizon, range[0], range[1], false);
        isSame(expired.tenants(), expected);
        Removal removal = retention.remove(blocks(), segment, horizon);
        isSame(removal.removed(), expected);
        events.expire(horizon, range[0], range[1], true);
        assertThat(removal.freed())
                .isEqualTo(events.kept(range[0], range[1]).isEmpty())
                .isEqualTo(expired.all());
        return removal;
    }

    private void checkNewest(int segment) throws IOException {
        for (int i = 0; i < blocks().blockCount(); i++) {
            BlockInfo block = blocks().block(i);
            if (block.segment() == segment) {
                assertThat(retention.newestReceivedNs(blocks(), segment, i))
                        .isEqualTo(events.kept(block.firstSequence(), block.lastSequence()).values().stream()
                                .flatMap(List::stream)
                                .mapToLong(TenantEvents.Written::receivedNs)
                                .max()
                                .orElse(Long.MIN_VALUE));
            }
        }
    }

    private static void isSame(Map<String, TenantTally> told, Map<String, List<TenantEvents.Written>> expected) {
        assertThat(told.keySet()).isEqualTo(expected.keySet());
        expected.forEach((tenant, written) -> {
            TenantTally tally = told.get(tenant);
            assertThat(tally.events()).isEqualTo(written.size());
            assertThat(tally.bytes())
                    .isEqualTo(written.stream()
                            .mapToLong(TenantEvents.Written::bytes)
                            .sum());
            assertThat(tally.newestReceivedNs())
                    .isEqualTo(written.stream()
                            .mapToLong(TenantEvents.Written::receivedNs)
                            .max()
                            .orElseThrow());
        });
    }

    /** Everything that is left can be read, and nothing else. */
    void check() throws IOException {
        assertThat(events.read(shard.blocks())).isEqualTo(events.sequences());
    }

    /** The sequences that whoever follows the files from outside reads. */
    List<Long> follow() throws IOException {
        List<Long> sequences = new ArrayList<>();
        BlockReader reader = new BlockReader();
        try (JournalFollower follower = ReadOnlyDataDirectory.open(data).follow(0)) {
            while (follower.poll(reader)) {
                while (reader.next()) {
                    events.check(reader.event(), reader.sequence());
                    sequences.add(reader.sequence());
                }
            }
            assertThat(follower.takeDamage()).isEmpty();
        }
        return sequences;
    }

    /** What a verification from outside finds wrong; the recount has to be exact all the same. */
    List<Damage> verify() throws IOException {
        return verify(data, events);
    }

    static List<Damage> verify(Path data, TenantEvents events) throws IOException {
        Recount recount = new Recount();
        try (ReadOnlyDataDirectory.VerifiedShard verified =
                ReadOnlyDataDirectory.open(data).verify(0, recount)) {
            assertThat(events.read(verified.blocks())).isEqualTo(events.sequences());
            assertThat(recount.counts).as("counted by tenant").isEqualTo(events.counts());
            return verified.report().damage();
        }
    }

    /** Counts what is stored and what was removed. */
    static final class Recount implements VerifyListener {
        final Map<String, Long> counts = new TreeMap<>();
        final Map<String, Long> removed = new HashMap<>();

        @Override
        public void checked(long bytes) {}

        @Override
        public void block(BlockReader block) {
            while (block.next()) {
                counts.merge(block.event().text(EventField.TENANT), 1L, Long::sum);
            }
        }

        @Override
        public void removed(BlockInfo block, Map<String, Integer> ofTenants) {
            ofTenants.forEach((tenant, count) -> {
                counts.merge(tenant, (long) count, Long::sum);
                removed.merge(tenant, (long) count, Long::sum);
            });
        }
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
