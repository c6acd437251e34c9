package io.evident.storage;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.FailedVolumeException;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.journal.RetainedBlocks;
import io.evident.pipeline.journal.StandbyVolume;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.storage.directory.DataLayout;
import io.evident.storage.directory.StandbySettings;
import io.evident.storage.segment.ChannelBlockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A shard with a standby volume, of which one volume can be made to fail. */
abstract class StandbyVolumes {
    final IOException broken = new IOException("Input/output error");

    @TempDir
    Path base;

    Path data;
    Path standby;
    FailingVolume files;
    JournalSettings settings;
    final Blocks blocks = new Blocks();
    final RetainedBlocks retained = new RetainedBlocks(RetainedBlocks.MIN_BYTES);

    @BeforeEach
    void place() throws IOException {
        place(base.toRealPath().resolve("data"), base.toRealPath().resolve("standby"));
    }

    /** Begins with other directories. */
    void place(Path dataDirectory, Path standbyDirectory) {
        data = dataDirectory;
        standby = standbyDirectory;
        files = new FailingVolume(data.resolve("shard-00"));
        files.forceNothing();
        settings = new JournalSettings(1 << 20, Duration.ofHours(1), new TestClock())
                .withStandby(StandbySettings.in(standby));
    }

    DataDirectory open() throws IOException {
        return DataDirectory.open(data, settings, files, ChannelBlockFile.opener(files));
    }

    static OpenedShard only(DataDirectory directory) throws IOException {
        return directory.openShards(1).get(0);
    }

    void append(Journal journal, int count) throws IOException {
        Block block = blocks.of(Lane.STANDARD, journal.nextSequence(), count);
        journal.append(block);
        retained.add(block);
    }

    /** Three forced blocks of ten, three that are not, and the volume fails. */
    StandbyVolume.Taken failOver(OpenedShard shard) throws IOException {
        Journal journal = shard.journal();
        for (int i = 0; i < 3; i++) {
            append(journal, 10);
        }
        journal.force();
        retained.trimThrough(29);
        for (int i = 0; i < 3; i++) {
            append(journal, 10);
        }
        return journal.standby().takeOver(retained, broken);
    }

    static List<UnreadablePart> unreadable(BlockSource source) throws IOException {
        List<UnreadablePart> parts = new ArrayList<>(source.unreadable());
        BlockReader reader = new BlockReader();
        for (int i = 0; i < source.blockCount(); i++) {
            try {
                source.read(source.block(i), reader);
            } catch (FailedVolumeException e) {
                parts.add(e.part());
            }
        }
        return parts;
    }

    /** The names of the segments of shard 0. */
    static List<String> segmentNames(Path root) throws IOException {
        try (Stream<Path> entries = Files.list(DataLayout.segments(root, 0))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
