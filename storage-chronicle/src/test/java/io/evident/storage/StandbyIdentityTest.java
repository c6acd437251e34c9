package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.evident.pipeline.journal.StandbyVolume;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.storage.directory.StandbySettings;
import io.evident.storage.segment.ChannelBlockFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which standby volume belongs to a shard, and what becomes of one that is away or was given up. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StandbyIdentityTest extends StandbyVolumes {
    @Test
    void contract4_isOpenForReadingOnlyWhileItsStandbyIsAway() throws Exception {
        try (DataDirectory directory = open()) {
            StandbyVolume.Taken taken = failOver(only(directory));
            blocks.append(taken.journal(), 10);
        }
        Path hidden = base.resolve("hidden");
        Files.move(standby, hidden);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.failure())
                    .hasMessageContaining("is not the one it had before")
                    .hasMessageContaining("delete " + data.resolve("shard-00").resolve("standby.id"));
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 60));
            assertThat(unreadable(shard.blocks()))
                    .extracting(UnreadablePart::fromSequence, UnreadablePart::toSequence)
                    .containsExactly(tuple(60L, UnreadablePart.OPEN_END));
        }
        TestFiles.remove(standby);
        Files.move(hidden, standby);
        try (DataDirectory directory = open()) {
            OpenedShard shard = only(directory);
            assertThat(shard.failure()).isNull();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, 70));
        }
    }

    @Test
    void contract4_isOpenForReadingOnlyWhenItsStandbyIsNoLongerNamed() throws Exception {
        open().close();
        try (DataDirectory directory = open()) {
            only(directory);
        }
        settings = new JournalSettings(1 << 20, Duration.ofHours(1), new TestClock());
        try (DataDirectory directory = open()) {
            assertThat(only(directory).failure()).hasMessageContaining("standby.directory is not set");
        }
        Files.delete(data.resolve("shard-00").resolve("standby.id"));
        try (DataDirectory directory = open()) {
            assertThat(only(directory).failure()).isNull();
        }
    }

    @Test
    void contract4_neverBeginsAnIncarnationAgainThatOnlyAStandbyHeldWhichWasGivenUp() throws Exception {
        int highest;
        try (DataDirectory directory = open()) {
            highest = failOver(only(directory)).journal().incarnation();
        }
        TestFiles.remove(standby);
        Files.delete(data.resolve("shard-00").resolve("standby.id"));
        settings = new JournalSettings(1 << 20, Duration.ofHours(1), new TestClock());
        for (int start = 0; start < 2; start++) {
            try (DataDirectory directory = open()) {
                OpenedShard shard = only(directory);
                assertThat(shard.failure()).isNull();
                assertThat(shard.journal().incarnation())
                        .isEqualTo(1_002 + start)
                        .isGreaterThan(highest);
            }
        }
        settings = settings.withStandby(StandbySettings.in(standby));
        try (DataDirectory directory = open()) {
            assertThat(only(directory).journal().incarnation()).isEqualTo(1_004);
        }
        TestFiles.remove(standby);
        Files.delete(data.resolve("shard-00").resolve("standby.id"));
        try (DataDirectory directory = open()) {
            assertThat(only(directory).journal().incarnation()).isEqualTo(2_005);
        }
    }

    @Test
    void refusesAStandbyWithinTheDataDirectory() {
        settings = settings.withStandby(StandbySettings.in(data.resolve("standby")));
        assertThatThrownBy(this::open).hasMessageContaining("must not be within each other");
        settings = settings.withStandby(StandbySettings.in(data));
        assertThatThrownBy(this::open).hasMessageContaining("must not be within each other");
    }

    @Test
    void contract4_takesNoStandbyOfAnotherDataDirectory() throws Exception {
        try (DataDirectory directory = open()) {
            failOver(only(directory));
        }
        Path other = base.toRealPath().resolve("other");
        JournalSettings plain = new JournalSettings(1 << 20, Duration.ofHours(1), new TestClock());
        try (DataDirectory directory = DataDirectory.open(other, plain, files, ChannelBlockFile.opener(files))) {
            only(directory);
        }
        try (DataDirectory directory = DataDirectory.open(other, settings, files, ChannelBlockFile.opener(files))) {
            assertThat(only(directory).failure()).hasMessageContaining("holds segments of another data directory");
        }
    }
}
