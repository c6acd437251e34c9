package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import io.evident.storage.directory.DataDirectoryInUseException;
import io.evident.storage.directory.DataLayout;
import io.evident.storage.directory.DataLock;
import io.evident.storage.directory.StandbyIdentity;
import io.evident.storage.directory.StandbySettings;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.space.DiskSpace;
import io.evident.storage.space.SpaceSettings;
import io.evident.storage.space.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of the directories beside the data directory. */
class StandbyDirectoryTest {
    @TempDir
    private Path base;

    private Path data;
    private Path standby;
    private Path wrong;

    @BeforeEach
    void arm() throws IOException {
        data = base.resolve("data");
        standby = base.resolve("standby");
        wrong = Files.createDirectory(base.resolve("wrong"));
        JournalSettings settings = new JournalSettings(1 << 20, Duration.ofHours(1), new TestClock())
                .withStandby(StandbySettings.in(standby));
        try (DataDirectory directory = DataDirectory.open(data, settings)) {
            assertThat(directory.openShards(1).get(0).failure()).isNull();
        }
    }

    private String missing(Path named) throws IOException {
        return ReadOnlyDataDirectory.open(data, named).standbyMissing(0);
    }

    @Test
    void tellsThatAStandbyDirectoryIsNotTheShards() throws IOException {
        assertThat(missing(standby)).isNull();
        assertThat(missing(null)).contains("was not looked at", "--standby");
        assertThat(missing(wrong)).contains("wrong", "is not the standby volume of shard 0", "missing");

        Path id = Files.createDirectories(DataLayout.shard(wrong, 0)).resolve(StandbyIdentity.FILE_NAME);
        Files.writeString(id, "another\n");
        assertThat(missing(wrong)).contains("is not the standby volume of shard 0");

        Files.copy(DataLayout.shard(standby, 0).resolve(StandbyIdentity.FILE_NAME), base.resolve("copy"));
        Files.delete(id);
        Files.move(base.resolve("copy"), id);
        assertThat(missing(wrong)).isNull();
    }

    @Test
    void tellsThatItCannotTellWhichStandbyVolumeAShardHas() throws IOException {
        Path id = DataLayout.shard(data, 0).resolve(StandbyIdentity.FILE_NAME);
        Files.delete(id);
        Files.createDirectory(id);

        assertThat(missing(standby)).contains("cannot be told");
    }

    @Test
    void asksForNoStandbyVolumeWhereAShardHasNone() throws IOException {
        Files.delete(DataLayout.shard(data, 0).resolve(StandbyIdentity.FILE_NAME));

        assertThat(missing(null)).isNull();
        assertThat(missing(wrong)).isNull();
    }

    @Test
    void namesTheSettingOfADirectoryThatIsInUse() throws IOException {
        Path real = wrong.toRealPath();
        try (DataLock held = DataLock.take(DiskFileOperations.INSTANCE, real, "emergency.backup")) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> DataLock.take(DiskFileOperations.INSTANCE, real, "standby.directory"))
                    .isInstanceOf(DataDirectoryInUseException.class)
                    .hasMessage("the directory " + real + " is in use by this very process. Stop it, or give this one"
                            + " another directory with standby.directory.");
        }
    }

    @Test
    void speaksOfTheVolumeThatHasNoRoom() throws IOException {
        SpaceSettings never = new SpaceSettings(Long.MAX_VALUE / 4, 0, 1 << 20);
        for (Volume volume : Volume.values()) {
            try (DiskSpace space = new DiskSpace(volume, DiskFileOperations.INSTANCE, wrong, never, new TestClock())) {
                String name = volume == Volume.DATA ? "the data volume" : "the standby volume";
                assertThat(space.refusal(Lane.STANDARD).detail()).startsWith(name + " has ");
            }
        }
    }
}
