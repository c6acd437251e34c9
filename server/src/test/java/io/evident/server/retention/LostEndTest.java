package io.evident.server.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventStamp;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.retention.RetentionRule;
import io.evident.server.retention.state.RetentionStore;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import io.evident.storage.OpenedShard;
import io.evident.storage.space.SpaceSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LostEndTest {
    private static final int BLOCKS = 20;

    @TempDir
    private Path data;

    private DataDirectory open() throws IOException {
        return DataDirectory.open(
                data,
                new JournalSettings(64 << 20, Duration.ofHours(1), System::nanoTime),
                new SpaceSettings(1 << 20, 1 << 20, 1 << 20));
    }

    private static void append(Journal journal) throws IOException {
        Block block = new Block();
        block.begin(Lane.STANDARD, 1, journal.nextSequence());
        byte[] event = stamped();
        block.add(event, 0, event.length, 1);
        journal.append(block);
        journal.force();
    }

    private static byte[] stamped() {
        EventEncoder encoder = new EventEncoder();
        assertThat(AuditEvent.builder("acme", "user", "document.read")
                        .resource("document", "doc-1")
                        .timeNs(0L)
                        .build()
                        .encodeInto(encoder))
                .isNull();
        byte[] supplied = new byte[encoder.encodedLength()];
        encoder.encode(supplied, 0);
        EventView view = new EventView();
        assertThat(view.wrap(supplied, 0, supplied.length)).isNull();
        byte[] stamped = new byte[EventStamp.stampedLength(view, new byte[0])];
        EventStamp.copyStamped(view, 1, 1, 1, new byte[0], stamped, 0);
        return stamped;
    }

    /** What is behind a position of the one segment is lost. */
    private void cutOff(long position) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            Path journal = files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(".cq4"))
                    .filter(file -> file.startsWith(data.resolve("shard-00")))
                    .filter(file -> !file.toString().contains("emergency"))
                    .findFirst()
                    .orElseThrow();
            try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.WRITE)) {
                channel.truncate(position);
            }
        }
    }

    @Test
    void contract1_whatIsStoredUnderSequencesThatComeAgainHasNotExpired() throws IOException {
        long within;
        try (DataDirectory directory = open()) {
            OpenedShard shard = directory.openShards(1).get(0);
            for (int i = 0; i < BLOCKS; i++) {
                append(shard.journal());
            }
            within = shard.blocks().block(BLOCKS / 2).position() + 20;
            RetentionStore.open(data)
                    .change(state ->
                            state.withRule("*", new RetentionRule(60, 0)).raised(Map.of("*", new long[] {BLOCKS})));
        }
        cutOff(within);
        try (DataDirectory directory = open()) {
            List<OpenedShard> shards = directory.openShards(1);
            long next = shards.get(0).journal().nextSequence();
            assertThat(next).isEqualTo(BLOCKS / 2);
            Retention retention = Retention.open(data, shards);
            append(shards.get(0).journal());
            assertThat(retention.horizon().of(0).of("acme")).isEqualTo(next);
            assertThat(RetentionStore.open(data).state().cuts().of("*", 0)).isEqualTo(next);
        }
    }
}
