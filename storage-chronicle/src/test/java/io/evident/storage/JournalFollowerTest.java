package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JournalFollowerTest {
    @TempDir
    Path data;

    private final Blocks blocks = new Blocks();
    private final TestClock clock = new TestClock();
    private final JournalSettings small = new JournalSettings(1 << 20, Duration.ofHours(1), clock);
    private final BlockReader reader = new BlockReader();

    private List<Long> poll(JournalFollower follower) throws IOException {
        List<Long> seen = new ArrayList<>();
        while (follower.poll(reader)) {
            Blocks.drain(reader, seen);
        }
        return seen;
    }

    private JournalFollower follow() throws IOException {
        return ReadOnlyDataDirectory.open(data).follow(0);
    }

    @Test
    void seesEveryBlockOnceAcrossSegmentsAndIncarnations() throws Exception {
        try (JournalFollower follower = follow()) {
            assertThat(poll(follower)).as("before there is a shard").isEmpty();
            long next = 0;
            for (int start = 0; start < 3; start++) {
                try (DataDirectory directory = DataDirectory.open(data, small)) {
                    OpenedShard shard = directory.openShard(0);
                    assertThat(poll(follower)).isEmpty();
                    for (int segment = 0; segment < 3; segment++) {
                        blocks.append(shard.journal(), 2);
                        blocks.append(shard.journal(), 1);
                        assertThat(poll(follower)).isEqualTo(Blocks.range(next, next + 3));
                        next += 3;
                        clock.move(Duration.ofHours(2));
                    }
                }
                assertThat(poll(follower)).isEmpty();
            }
            assertThat(follower.takeDamage()).isEmpty();
        }
    }

    @Test
    void seesEveryBlockOnceWhileAWriterAppendsAndRolls() throws Exception {
        int all = 300;
        try (DataDirectory directory = DataDirectory.open(data, small);
                JournalFollower follower = follow()) {
            OpenedShard shard = directory.openShard(0);
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> append(shard, all));
            List<Long> seen = new ArrayList<>();
            while (seen.size() < all && !writer.isCompletedExceptionally()) {
                seen.addAll(poll(follower));
            }
            writer.join();
            assertThat(poll(follower)).isEmpty();
            assertThat(seen).isEqualTo(Blocks.range(0, all));
            assertThat(follower.takeDamage()).isEmpty();
            assertThat(TestFiles.segment(data, 0, "1-5")).isDirectory();
        }
    }

    private void append(OpenedShard shard, int count) {
        try {
            for (int i = 0; i < count; i++) {
                shard.journal().append(blocks.of(Lane.STANDARD, i, 1, 20_000));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void beginsWithWhatComesAfterItSkippedToTheEnd() throws Exception {
        try (DataDirectory directory = DataDirectory.open(data, small);
                JournalFollower follower = follow()) {
            follower.skipToEnd();
            OpenedShard shard = directory.openShard(0);
            blocks.append(shard.journal(), 5);
            clock.move(Duration.ofHours(2));
            blocks.append(shard.journal(), 5);
            follower.skipToEnd();
            assertThat(poll(follower)).isEmpty();
            blocks.append(shard.journal(), 2);
            assertThat(poll(follower)).isEqualTo(Blocks.range(10, 12));
        }
    }

    @Test
    void passesByADamagedBlockOnceSomethingWholeFollowsAndSaysSo() throws Exception {
        try (DataDirectory directory = DataDirectory.open(data, small);
                JournalFollower follower = follow()) {
            OpenedShard shard = directory.openShard(0);
            blocks.append(shard.journal(), 2);
            BlockInfo damaged = blocks.append(shard.journal(), 2);
            TestFiles.flipBit(TestFiles.journal(data, 0, "1-0"), damaged.position() + 200);

            assertThat(poll(follower)).isEqualTo(Blocks.range(0, 2));
            assertThat(follower.takeDamage()).as("it may still be on its way").isEmpty();

            blocks.append(shard.journal(), 2);
            assertThat(poll(follower)).isEqualTo(Blocks.range(4, 6));
            assertThat(follower.takeDamage()).extracting(Damage::kind).containsExactly(DamageKind.CHECKSUM);
        }
    }

    @Test
    void saysWhatWasDamagedAtTheEndOfASegmentWhenTheNextBegins() throws Exception {
        try (DataDirectory directory = DataDirectory.open(data, small);
                JournalFollower follower = follow()) {
            OpenedShard shard = directory.openShard(0);
            BlockInfo damaged = blocks.append(shard.journal(), 2);
            TestFiles.flipBit(TestFiles.journal(data, 0, "1-0"), damaged.position() + 200);
            assertThat(poll(follower)).isEmpty();

            clock.move(Duration.ofHours(2));
            blocks.append(shard.journal(), 2);
            assertThat(poll(follower)).isEqualTo(Blocks.range(2, 4));
            assertThat(follower.takeDamage()).extracting(Damage::kind).containsExactly(DamageKind.CHECKSUM);
        }
    }
}
