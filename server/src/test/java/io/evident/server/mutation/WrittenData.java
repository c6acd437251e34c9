package io.evident.server.mutation;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventStamp;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.sharding.OpenedShardMap;
import io.evident.sharding.ShardMapFile;
import io.evident.sharding.SlotHash;
import io.evident.sharding.query.CursorKey;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import io.evident.storage.OpenedShard;
import io.evident.storage.emergency.EmergencySettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A data directory of real blocks, and what was written to it: two shards, three incarnations of two segments each, the
 * first two closed, the third closed or broken off.
 */
final class WrittenData {
    static final int SHARDS = 2;
    static final String JOURNAL = "19700101F.cq4";
    private static final int INCARNATIONS = 3;
    private static final int BLOCKS = 6;
    private static final Duration SEGMENT_AGE = Duration.ofSeconds(10);
    /** What the sparse end of a file is cut to, so that copies are quick. */
    private static final int END_BYTES = 10_000;

    /** One block as it was written, with its bytes in the file. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by identity, which is what is wanted.
    record Written(int shard, BlockInfo info, String segment, byte[] bytes) {
        Path journal(Path data) {
            return segment(data).resolve(JOURNAL);
        }

        Path segment(Path data) {
            return data.resolve(String.format("shard-%02d/segments/%s", shard, segment));
        }
    }

    /** One block of an emergency journal, not folded in. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by identity, which is what is wanted.
    record Emergency(int shard, BlockInfo info, byte[] bytes) {
        Path file(Path data) {
            return data.resolve(String.format("shard-%02d/emergency/%02d.blocks", shard, info.segment()));
        }
    }

    private static final int EMERGENCY_BLOCKS = 3;
    private static final EmergencySettings EMERGENCY = new EmergencySettings(512 << 10, 2 << 20, null, Duration.ZERO);

    private final Path directory;
    private final List<Emergency> emergencies = new ArrayList<>();
    private final List<Written> blocks = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong();
    private final Random random = new Random(4711);
    private long ids;

    private WrittenData(Path directory) {
        this.directory = directory;
    }

    /** Writes one. */
    static WrittenData write(Path folder, boolean closed) throws IOException {
        Path live = folder.resolve("live");
        WrittenData written = new WrittenData(closed ? live : folder.resolve("broken-off"));
        for (int i = 1; i <= INCARNATIONS; i++) {
            written.writeIncarnation(live, i == INCARNATIONS && !closed);
        }
        try (Stream<Path> files = Files.walk(written.directory)) {
            for (Path journal : files.filter(file -> file.endsWith(JOURNAL)).toList()) {
                written.cutSparseEnd(journal);
            }
        }
        return written;
    }

    JournalSettings settings() {
        return new JournalSettings(1 << 20, SEGMENT_AGE, clock::get, EMERGENCY);
    }

    Path directory() {
        return directory;
    }

    List<Written> blocks() {
        return blocks;
    }

    /** The blocks of the emergency journals. */
    List<Emergency> emergencies() {
        return emergencies;
    }

    private void writeIncarnation(Path live, boolean breakOff) throws IOException {
        try (DataDirectory data = DataDirectory.open(live, settings())) {
            OpenedShardMap map = ShardMapFile.open(live, SHARDS, listener -> {});
            List<OpenedShard> shards = data.openShards(SHARDS);
            ShardMapFile.keepCopies(live, map.history());
            CursorKey.openOrCreate(live);
            for (int segment = 0; segment < 2; segment++) {
                for (int i = 0; i < BLOCKS; i++) {
                    for (OpenedShard shard : shards) {
                        append(live, map, shard, segment);
                    }
                }
                clock.addAndGet(SEGMENT_AGE.toNanos() + 1);
            }
            for (OpenedShard shard : shards) {
                shard.journal().force();
                for (int i = 0; i < EMERGENCY_BLOCKS; i++) {
                    appendEmergency(live, map, shard);
                }
            }
            if (breakOff) {
                copy(live, directory);
            }
        }
    }

    private void append(Path live, OpenedShardMap map, OpenedShard shard, int segment) throws IOException {
        BlockInfo info = shard.journal().append(block(map, shard));
        String name = info.incarnation() + "-" + segment;
        Written written = new Written(shard.journal().shard(), info, name, new byte[info.lengthBytes()]);
        try (FileChannel channel = FileChannel.open(written.journal(live), StandardOpenOption.READ)) {
            channel.read(ByteBuffer.wrap(written.bytes()), info.position());
        }
        blocks.add(written);
    }

    private void appendEmergency(Path live, OpenedShardMap map, OpenedShard shard) throws IOException {
        Block block =
                block(map, shard, Lane.CRITICAL, shard.emergency().journal().nextPosition());
        BlockInfo info = shard.emergency().journal().append(block);
        Emergency written = new Emergency(shard.journal().shard(), info, new byte[info.lengthBytes()]);
        try (FileChannel channel = FileChannel.open(written.file(live), StandardOpenOption.READ)) {
            channel.read(ByteBuffer.wrap(written.bytes()), info.position());
        }
        emergencies.add(written);
    }

    /** A block of events that belong to the shard. */
    Block block(OpenedShardMap map, OpenedShard shard) {
        Lane lane = Lane.ofCode(random.nextInt(Lane.count()));
        return block(map, shard, lane, shard.journal().nextSequence());
    }

    private Block block(OpenedShardMap map, OpenedShard shard, Lane lane, long first) {
        Block block = new Block();
        block.begin(lane, 1, first);
        int count = 1 + random.nextInt(8);
        EventView view = new EventView();
        while (block.count() < count) {
            byte[] event = event();
            if (view.wrap(event, 0, event.length) != null) {
                throw new AssertionError("no event");
            }
            if (map.history().current().shardOf(SlotHash.slotOf(view))
                    == shard.journal().shard()) {
                block.add(view);
            }
        }
        return block;
    }

    private byte[] event() {
        EventEncoder encoder = new EventEncoder();
        AuditEvent event = AuditEvent.builder(
                        "tenant-" + random.nextInt(3), "user-" + random.nextInt(50), "document.read")
                .resource("document", "doc-" + ids)
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P3_LOW)
                .attributes("\"" + "x".repeat(random.nextInt(1_500)) + "\"")
                .build();
        if (event.encodeInto(encoder) != null) {
            throw new AssertionError("the event is refused");
        }
        byte[] supplied = new byte[encoder.encodedLength()];
        encoder.encode(supplied, 0);
        EventView view = new EventView();
        view.wrap(supplied, 0, supplied.length);
        byte[] from = "127.0.0.1".getBytes(StandardCharsets.US_ASCII);
        byte[] stamped = new byte[EventStamp.stampedLength(view, from)];
        EventStamp.copyStamped(view, 0x7000, 0x8000_0000_0000_0000L + ids++, 1_000_000 + ids, from, stamped, 0);
        return stamped;
    }

    private void cutSparseEnd(Path journal) throws IOException {
        long end = blocks.stream()
                .filter(block -> block.journal(directory).equals(journal))
                .mapToLong(block -> block.info().position() + block.info().lengthBytes())
                .max()
                .orElse(Files.size(journal));
        try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.WRITE)) {
            channel.truncate(end + END_BYTES);
        }
    }

    /** Copies a directory, leaving out pages that are all zero. */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> entries = Files.walk(from)) {
            for (Path entry : entries.toList()) {
                Path target = to.resolve(from.relativize(entry));
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(target);
                } else {
                    copyFile(entry, target);
                }
            }
        }
    }

    private static void copyFile(Path from, Path to) throws IOException {
        byte[] page = new byte[1 << 16];
        byte[] zeros = new byte[page.length];
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel target = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long size = source.size();
            for (long at = 0; at < size; at += page.length) {
                int count = source.read(ByteBuffer.wrap(page), at);
                if (!Arrays.equals(page, 0, count, zeros, 0, count)) {
                    target.write(ByteBuffer.wrap(page, 0, count), at);
                }
            }
            if (target.size() < size) {
                target.write(ByteBuffer.allocate(1), size - 1);
            }
        }
    }
}
