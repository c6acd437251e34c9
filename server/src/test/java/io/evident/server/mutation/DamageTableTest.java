package io.evident.server.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.server.json.JsonTree;
import io.evident.server.mutation.WrittenData.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each row of the table in docs/recovery.md, on real files: what {@code verify} names and how it ends, and what
 * {@link MutatedRun} asks of every harm: both commands agree, two starts, everything undamaged served and unchanged.
 */
class DamageTableTest {
    private static final int PAGE_BYTES = 4096;

    @TempDir
    static Path folder;

    private static WrittenData closed;
    private static WrittenData brokenOff;

    interface Harm {
        void to(Path data) throws IOException;
    }

    @BeforeAll
    static void write() throws IOException {
        closed = WrittenData.write(Files.createDirectory(folder.resolve("closed")), true);
        brokenOff = WrittenData.write(Files.createDirectory(folder.resolve("broken")), false);
    }

    private static Arguments row(String name, boolean ofClosed, Harm harm, int exitCode, String... kinds) {
        return Arguments.of(name, ofClosed, harm, exitCode, List.of(kinds));
    }

    static Stream<Arguments> rows() {
        List<Arguments> rows = new ArrayList<>();
        rows.add(row("clean", true, data -> {}, 0));
        rows.add(row("stopped by a crash", false, data -> {}, 0));
        rows.addAll(blocks());
        rows.addAll(segments());
        rows.addAll(seals());
        rows.addAll(besides());
        return rows.stream();
    }

    private static List<Arguments> blocks() {
        return List.of(
                row("torn tail", false, data -> tear(data, last(brokenOff)), 0, "unfinished"),
                row(
                        "zeroed page",
                        true,
                        data -> write(data, middle(closed), PAGE_BYTES / 4, new byte[PAGE_BYTES]),
                        1,
                        "checksum",
                        "gap",
                        "truncated"),
                row(
                        "bit flip in a sealed segment",
                        true,
                        data -> flip(data, middle(closed), 250),
                        1,
                        "checksum",
                        "gap",
                        "truncated"),
                row(
                        "bit flip in an unsealed segment",
                        false,
                        data -> flip(data, nextToLast(brokenOff), 250),
                        1,
                        "checksum",
                        "gap"),
                row("header word lost", true, data -> write(data, middle(closed), -4, new byte[4]), 1, "header"),
                row(
                        "header of the file lost",
                        true,
                        data -> writeAt(data, middle(closed), 0, new byte[256]),
                        1,
                        "header"),
                row(
                        "block of a later version",
                        true,
                        data -> makeLater(data, middle(closed)),
                        1,
                        "unknown-version",
                        "gap",
                        "truncated"));
    }

    private static List<Arguments> segments() {
        return List.of(
                row("sealed segment truncated", true, data -> cut(data, middle(closed)), 1, "truncated", "gap"),
                row("unsealed end cut off", false, data -> cut(data, last(brokenOff)), 0),
                row(
                        "journal file of a sealed segment gone",
                        true,
                        data -> Files.delete(middle(closed).journal(data)),
                        1,
                        "truncated",
                        "gap"),
                row(
                        "journal file of an unsealed segment gone",
                        false,
                        data -> Files.delete(last(brokenOff).journal(data)),
                        0,
                        "unfinished"),
                row("segment gone", true, data -> delete(middle(closed).segment(data)), 1, "gap"),
                row("empty segment directory", true, data -> Files.createDirectory(segment(data, "4-0")), 0),
                row(
                        "segments swapped",
                        true,
                        data -> swap(segment(data, "2-0"), segment(data, "2-1")),
                        1,
                        "foreign",
                        "seal"),
                row(
                        "segment of another shard",
                        true,
                        data -> {
                            WrittenData.copy(data.resolve("shard-01/segments/1-0"), segment(data, "9-0"));
                        },
                        1,
                        "foreign",
                        "seal"),
                row(
                        "unreadable journal file",
                        true,
                        data -> {
                            Files.delete(middle(closed).journal(data));
                            Files.createDirectory(middle(closed).journal(data));
                        },
                        1,
                        "unreadable",
                        "gap"),
                row(
                        "foreign file among the segments",
                        true,
                        data -> Files.writeString(segment(data, "core.1234"), "?"),
                        1,
                        "unknown-file"));
    }

    private static List<Arguments> seals() {
        return List.of(
                row("seal gone", true, data -> Files.delete(seal(data, "2-0")), 0),
                row("seal damaged", true, data -> Files.writeString(seal(data, "2-0"), "?"), 1, "seal"),
                row("seal of another segment", true, data -> swap(seal(data, "1-0"), seal(data, "2-0")), 1, "seal"));
    }

    private static List<Arguments> besides() {
        return List.of(
                row("stale lock", true, data -> Files.writeString(data.resolve("evident.lock"), "1"), 0),
                row("lock file gone", true, data -> Files.delete(data.resolve("evident.lock")), 0),
                row(
                        "metadata.cq4t gone",
                        true,
                        data -> Files.delete(middle(closed).segment(data).resolve("metadata.cq4t")),
                        0),
                row(
                        "shards.json damaged",
                        true,
                        data -> Files.writeString(data.resolve("shards.json"), "{"),
                        1,
                        "shard-map"),
                row("shards.json gone", true, data -> Files.delete(data.resolve("shards.json")), 1, "shard-map"),
                row(
                        "copy of shards.json damaged",
                        true,
                        data -> Files.writeString(data.resolve("shard-01/shards.json"), "{"),
                        1,
                        "shard-map"),
                row(
                        "shards.json and all copies gone",
                        true,
                        data -> {
                            Files.delete(data.resolve("shards.json"));
                            Files.delete(data.resolve("shard-00/shards.json"));
                            Files.delete(data.resolve("shard-01/shards.json"));
                        },
                        1,
                        "shard-map"),
                row(
                        "empty directories of shards that the map does not have",
                        true,
                        data -> Files.createDirectories(data.resolve("shard-07/segments")),
                        0,
                        "shard-unknown"),
                row("cursor.key damaged", true, data -> Files.writeString(data.resolve("cursor.key"), "?"), 0),
                row("shard gone", true, data -> delete(data.resolve("shard-01")), 1, "shard-missing"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void contract10_startsServesAndTells(String name, boolean ofClosed, Harm harm, int exitCode, List<String> kinds)
            throws IOException {
        WrittenData written = ofClosed ? closed : brokenOff;
        Path data = folder.resolve("harmed");
        WrittenData.copy(written.directory(), data);
        try {
            harm.to(data);
            MutatedRun.Cli verify = MutatedRun.Cli.run("verify", "--data", data.toString(), "--json");
            JsonTree result = JsonTree.parse(verify.out().getBytes(StandardCharsets.UTF_8));

            assertThat(kinds(result)).isEqualTo(new TreeSet<>(kinds));
            assertThat(verify.exitCode()).isEqualTo(exitCode);
            assertThat(result.at("whole").isTrue()).isEqualTo(exitCode == 0);
            new MutatedRun(written, data).check();
        } finally {
            delete(data);
        }
    }

    private static Set<String> kinds(JsonTree result) {
        Set<String> kinds = new TreeSet<>();
        result.at("findings").elements().forEach(finding -> kinds.add(finding.text("kind")));
        return kinds;
    }

    @Test
    void everyRowStandsInTheDocumentation() throws IOException {
        String table = Files.readString(Path.of("../docs/recovery.md"));

        assertThat(rows().map(row -> "| " + row.get()[0] + " |")).allMatch(table::contains);
    }

    // ---- where ----

    private static Written middle(WrittenData written) {
        return inSegment(written, "2-0").get(2);
    }

    private static Written last(WrittenData written) {
        List<Written> blocks = inSegment(written, "3-1");
        return blocks.get(blocks.size() - 1);
    }

    private static Written nextToLast(WrittenData written) {
        List<Written> blocks = inSegment(written, "3-1");
        return blocks.get(blocks.size() - 2);
    }

    private static List<Written> inSegment(WrittenData written, String segment) {
        return written.blocks().stream()
                .filter(block -> block.shard() == 0 && block.segment().equals(segment))
                .toList();
    }

    private static Path segment(Path data, String name) {
        return data.resolve("shard-00/segments").resolve(name);
    }

    private static Path seal(Path data, String segment) {
        return segment(data, segment).resolve("blocks.idx");
    }

    // ---- what ----

    private static void write(Path data, Written block, int offset, byte[] bytes) throws IOException {
        writeAt(data, block, block.info().position() + offset, bytes);
    }

    private static void writeAt(Path data, Written block, long position, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(block.journal(data), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), position);
        }
    }

    private static void flip(Path data, Written block, int offset) throws IOException {
        write(data, block, offset, new byte[] {(byte) (block.bytes()[offset] ^ 8)});
    }

    /** Chronicle writes the header word last: without it and with half of its bytes, the block was being written. */
    private static void tear(Path data, Written block) throws IOException {
        int half = block.bytes().length / 2;
        write(data, block, -4, new byte[4]);
        write(data, block, half, new byte[block.bytes().length - half]);
    }

    private static void cut(Path data, Written block) throws IOException {
        try (FileChannel channel = FileChannel.open(block.journal(data), StandardOpenOption.WRITE)) {
            channel.truncate(block.info().position() - 4);
        }
    }

    private static void makeLater(Path data, Written block) throws IOException {
        byte[] later = block.bytes().clone();
        ByteBuffer envelope = ByteBuffer.wrap(later).order(ByteOrder.LITTLE_ENDIAN);
        envelope.putShort(8, (short) 2).putInt(188, 0);
        CRC32C crc = new CRC32C();
        crc.update(later);
        envelope.putInt(188, (int) crc.getValue());
        assertThat(Arrays.equals(later, block.bytes())).isFalse();
        write(data, block, 0, later);
    }

    private static void swap(Path one, Path other) throws IOException {
        Path aside = one.resolveSibling("aside");
        Files.move(one, aside);
        Files.move(other, one);
        Files.move(aside, other);
    }

    private static void delete(Path directory) throws IOException {
        MutationCampaignTest.delete(directory);
    }
}
