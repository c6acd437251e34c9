package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Retention does not wait for an archiver with much to do, and gets its turn behind one segment. */
class RetentionTurnTest {
    private static final ShardHorizon ALL = new ShardHorizon(Long.MAX_VALUE, Map.of("_system", Long.MAX_VALUE));
    private static final ShardHorizon BELOW_SECOND = new ShardHorizon(1, Map.of());

    @TempDir
    private Path data;

    /** Stands still in front of the name of the first archive. */
    private static final class Waiting extends FaultyFiles {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);

        @Override
        public void rename(Path from, Path to) throws IOException {
            if (to.getFileName().toString().equals(SegmentReader.ARCHIVE_NAME)) {
                reached.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            super.rename(from, to);
        }
    }

    private List<Path> archives() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String segment : List.of("1-0", "1-1", "1-2")) {
            Path archive = TestFiles.segment(data, 0, segment).resolve(SegmentReader.ARCHIVE_NAME);
            if (Files.exists(archive)) {
                found.add(archive);
            }
        }
        return found;
    }

    @Test
    @Timeout(30)
    void theArchiverIsNotWaitedForAndGivesWayBehindItsSegment() throws Exception {
        Waiting files = new Waiting();
        files.forceNothing();
        ExecutorService archiving = Executors.newSingleThreadExecutor();
        try (RetainedShard shard = new RetainedShard(data, 4, files)) {
            for (int i = 0; i < 3; i++) {
                shard.fillSegment(3);
            }
            int oldest = shard.sealed().get(0);
            Future<?> archiver = archiving.submit(shard::archive);
            assertThat(files.reached.await(20, TimeUnit.SECONDS)).isTrue();

            assertThat(shard.retention().remove(shard.blocks(), oldest, ALL)).isNull();
            assertThat(shard.retention().mayRemove()).isFalse();
            shard.check();
            files.goOn.countDown();
            archiver.get();
            assertThat(archives()).as("no other segment is begun").hasSize(1);

            assertThat(shard.retention().mayRemove()).isTrue();
            assertThat(shard.remove(oldest, ALL).freed()).isTrue();
            shard.check();
            shard.archive();
            assertThat(archives()).as("the archiver goes on").hasSize(2);
        } finally {
            files.goOn.countDown();
            archiving.shutdownNow();
        }
    }

    @Test
    void tellsWithoutReadingWhatNoHorizonReachesInto() throws IOException {
        try (RetainedShard shard = new RetainedShard(data, 4, DiskFileOperations.INSTANCE)) {
            shard.fillSegment(3);
            shard.fillSegment(3);
            List<Integer> sealed = shard.sealed();
            for (int segment : sealed) {
                Files.delete(TestFiles.journal(data, 0, "1-" + segment));
            }
            assertThat(shard.retention().isUntouched(shard.blocks(), sealed.get(0), BELOW_SECOND))
                    .isFalse();
            assertThat(shard.retention().isUntouched(shard.blocks(), sealed.get(1), BELOW_SECOND))
                    .isTrue();
        }
    }

    @Test
    void segmentsShareTheNamesOfTheirTenants() throws IOException {
        try (RetainedShard shard = new RetainedShard(data, 4, DiskFileOperations.INSTANCE)) {
            for (int i = 0; i < 3; i++) {
                shard.fillSegment(6);
            }
            String before = null;
            for (int segment : shard.sealed()) {
                for (String tenant : shard.retention()
                        .tally(shard.blocks(), segment)
                        .tenants()
                        .keySet()) {
                    if (tenant.equals("acme")) {
                        assertThat(before == null || sameObject(before, tenant)).isTrue();
                        before = tenant;
                    }
                }
            }
            assertThat(before).isNotNull();
        }
    }

    @SuppressWarnings("ReferenceEquality") // That it is one is what is asked.
    private static boolean sameObject(String one, String other) {
        return one == other;
    }
}
