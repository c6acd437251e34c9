package io.evident.storage;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.emergency.EmergencySettings;
import io.evident.storage.emergency.OpenedEmergency;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The emergency journal of shard 3 in tests: opened without a data directory, copies side by side. */
final class Emergency {
    static final int SHARD = 3;
    static final long FILE_BYTES = 512 << 10;

    private final Path folder;
    private final FileOperations files;
    private final int copies;
    private final Duration patience;
    private final Blocks blocks = new Blocks();
    private int incarnation;
    OpenedEmergency opened;

    Emergency(Path folder, FileOperations files, int copies) {
        this(folder, files, copies, Duration.ZERO);
    }

    Emergency(Path folder, FileOperations files, int copies, Duration patience) {
        this.folder = folder;
        this.files = files;
        this.copies = copies;
        this.patience = patience;
    }

    static EmergencySettings settings(int fileCount, Duration patience) {
        return new EmergencySettings(FILE_BYTES, fileCount * FILE_BYTES, null, patience);
    }

    Path directory(int copy) {
        return folder.resolve(copy == 0 ? "first" : "second");
    }

    Path file(int copy, int number) {
        return directory(copy).resolve("0" + number + ".blocks");
    }

    OpenedEmergency open(long foldedThrough) {
        return open(foldedThrough, 3);
    }

    OpenedEmergency open(long foldedThrough, int fileCount) {
        return open(foldedThrough, fileCount, SHARD);
    }

    OpenedEmergency open(long foldedThrough, int fileCount, int shard) {
        incarnation++;
        opened = OpenedEmergency.open(
                files,
                settings(fileCount, patience),
                places(),
                shard,
                new OpenedEmergency.ShardState(incarnation, foldedThrough, true, incarnation == 1));
        return opened;
    }

    /** As a shard opens it that is only read: what is folded is not forced. */
    OpenedEmergency openUnforced(long foldedThrough) {
        incarnation++;
        opened = OpenedEmergency.open(
                files,
                settings(3, patience),
                places(),
                SHARD,
                new OpenedEmergency.ShardState(incarnation, foldedThrough, false, false));
        return opened;
    }

    private List<OpenedEmergency.Place> places() {
        List<OpenedEmergency.Place> places = new ArrayList<>();
        for (int copy = 0; copy < copies; copy++) {
            places.add(new OpenedEmergency.Place(copy == 0 ? "emergency" : "backup", directory(copy), null));
        }
        return places;
    }

    BlockInfo append(int events, int attributesBytes) throws IOException {
        return opened.journal()
                .append(blocks.of(Lane.CRITICAL, opened.journal().nextPosition(), events, attributesBytes));
    }

    BlockInfo append(int events) throws IOException {
        return append(events, 10);
    }

    /** The positions of all events that are kept, each checked against what was written. */
    List<Long> positions() throws IOException {
        List<Long> positions = new ArrayList<>();
        BlockReader reader = new BlockReader();
        for (BlockInfo block : opened.blocks().blocks()) {
            opened.blocks().read(block, reader);
            Blocks.drain(reader, positions);
        }
        return positions;
    }

    List<DamageKind> damage() {
        return opened.report().damage().stream()
                .map(damage -> damage.kind())
                .distinct()
                .toList();
    }

    void close() throws IOException {
        opened.close();
    }
}
