package io.evident.server.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EmergencySource;
import io.evident.server.command.EvidentCommand;
import io.evident.server.json.JsonTree;
import io.evident.server.mutation.WrittenData.Emergency;
import io.evident.server.mutation.WrittenData.Written;
import io.evident.sharding.OpenedShardMap;
import io.evident.sharding.ShardMapFile;
import io.evident.sharding.query.CursorKey;
import io.evident.storage.DataDirectory;
import io.evident.storage.OpenedShard;
import io.evident.storage.ReadOnlyDataDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One mutated data directory: looked at, started twice, and held against what was written. */
final class MutatedRun {
    private static final Pattern GAP = Pattern.compile("sequences (\\d+) to (\\d+) are missing");

    private final WrittenData written;
    private final Path data;
    /** Blocks whose bytes are not in their place any more. */
    private final List<Written> hit = new ArrayList<>();

    private final List<Emergency> hitEmergencies = new ArrayList<>();
    /** Of these, those at the end of a shard that nothing vouches for: no seal, and no block behind them. */
    private final List<Written> unwitnessed = new ArrayList<>();

    MutatedRun(WrittenData written, Path data) {
        this.written = written;
        this.data = data;
    }

    /** Blocks that were hit, and of these such as nothing vouches for. */
    record Outcome(int hit, int unwitnessed, int named) {}

    Outcome check() throws IOException {
        for (Written block : written.blocks()) {
            if (!isInPlace(block)) {
                hit.add(block);
            }
        }
        for (Emergency block : written.emergencies()) {
            if (!isInPlace(block.file(data), block.info().position(), block.bytes())) {
                hitEmergencies.add(block);
            }
        }
        List<JsonTree> findings = lookAtIt();
        Map<String, byte[]> kept = start(served -> {});
        start(served ->
                assertThat(served.keySet()).as("served by the second start").containsAll(kept.keySet()));
        Cli again = Cli.run("verify", "--data", data.toString(), "--json");
        assertThat(again.exitCode()).as(again.err()).isBetween(0, 1);
        return new Outcome(hit.size(), unwitnessed.size(), findings.size());
    }

    private boolean isInPlace(Written block) throws IOException {
        return isInPlace(block.journal(data), block.info().position(), block.bytes());
    }

    private static boolean isInPlace(Path file, long position, byte[] bytes) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        byte[] there = new byte[bytes.length];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int count = channel.read(ByteBuffer.wrap(there), position);
            return count == there.length && Arrays.equals(there, bytes);
        }
    }

    /** A block of an emergency journal that was hit is named, unless it was the last one that is known of. */
    private void checkNamed(Emergency block, List<JsonTree> findings) {
        String shard = String.format("shard-%02d", block.shard());
        boolean named = findings.stream()
                .map(finding -> String.valueOf(finding.text("where")))
                .anyMatch(where -> where.equals(shard) || where.startsWith(shard + "/emergency"));
        boolean behindAll = written.emergencies().stream()
                .filter(other -> other.shard() == block.shard() && !hitEmergencies.contains(other))
                .allMatch(other -> other.info().firstSequence() < block.info().firstSequence());
        assertThat(named || behindAll)
                .as("emergency block %s is damaged and not named among %s", block.info(), findings)
                .isTrue();
    }

    private void checkEmergencies(List<OpenedShard> shards) {
        for (Emergency block : written.emergencies()) {
            if (!hitEmergencies.contains(block)) {
                EmergencySource source = shards.get(block.shard()).emergency().blocks();
                assertThat(source.blocks().stream()
                                .filter(info ->
                                        info.firstSequence() == block.info().firstSequence()
                                                && Arrays.equals(read(source, info), block.bytes()))
                                .count())
                        .as("emergency block %s of shard %d is undamaged", block.info(), block.shard())
                        .isEqualTo(1);
            }
        }
    }

    private static byte[] read(EmergencySource source, BlockInfo info) {
        BlockReader reader = new BlockReader();
        try {
            source.read(info, reader);
            return Arrays.copyOf(reader.buffer(0), info.lengthBytes());
        } catch (IOException damaged) {
            throw new AssertionError(info + " is kept and cannot be read", damaged);
        }
    }

    // ---- what the commands say ----

    private List<JsonTree> lookAtIt() throws IOException {
        Cli verify = Cli.run("verify", "--data", data.toString(), "--json");
        Cli doctor = Cli.run("doctor", "--data", data.toString());
        assertThat(verify.exitCode()).as(verify.err()).isBetween(0, 1);
        assertThat(doctor.exitCode()).as(doctor.err()).isEqualTo(verify.exitCode());
        JsonTree result = JsonTree.parse(verify.out().getBytes(StandardCharsets.UTF_8));
        List<JsonTree> findings = result.at("findings").elements();
        for (Written block : hit) {
            if (findings.stream().noneMatch(finding -> names(finding, block))) {
                assertThat(isUnwitnessed(block))
                        .as("%s is damaged and not named among %s", block.info(), findings)
                        .isTrue();
                unwitnessed.add(block);
            }
        }
        hitEmergencies.forEach(block -> checkNamed(block, findings));
        if (hit.size() > unwitnessed.size()
                && findings.stream().anyMatch(finding -> finding.at("damage").isTrue())) {
            assertThat(verify.exitCode()).isEqualTo(1);
        }
        return findings;
    }

    private static boolean names(JsonTree finding, Written block) {
        String shard = String.format("shard-%02d", block.shard());
        String where = String.valueOf(finding.text("where"));
        if (where.equals(shard)) {
            return true;
        }
        if (!where.startsWith(shard + "/")) {
            return false;
        }
        Matcher gap = GAP.matcher(String.valueOf(finding.text("detail")));
        BlockInfo info = block.info();
        if (gap.find()) {
            return Long.parseLong(gap.group(1)) <= info.firstSequence()
                    && info.lastSequence() <= Long.parseLong(gap.group(2));
        }
        if (!where.equals(shard + "/segments/" + block.segment())) {
            return false;
        }
        long position = finding.at("position").number(0);
        // Where a file was cut, all that stood behind is gone with it.
        long behind = "truncated".equals(finding.text("kind"))
                ? Long.MAX_VALUE
                : position + Math.max(1, finding.at("lengthBytes").number(0));
        boolean wholeSegment = position == 0 && !"seal".equals(finding.text("kind"));
        return wholeSegment || (position < info.position() + info.lengthBytes() && info.position() - 4 < behind);
    }

    /** Whether it stood behind everything that is left of its shard, in a segment whose seal does not tell of it. */
    private boolean isUnwitnessed(Written block) throws IOException {
        try (ReadOnlyDataDirectory.VerifiedShard left =
                ReadOnlyDataDirectory.open(data).verify(block.shard())) {
            int count = left.blocks().blockCount();
            boolean isBehindAll =
                    count == 0 || isBehind(block.info(), left.blocks().block(count - 1));
            return isBehindAll
                    && left.report().damage().stream()
                            .noneMatch(damage -> damage.kind().text().equals("truncated")
                                    && damage.segment().equals(block.segment()));
        }
    }

    private static boolean isBehind(BlockInfo one, BlockInfo other) {
        return one.incarnation() > other.incarnation()
                || (one.incarnation() == other.incarnation() && one.firstSequence() > other.lastSequence());
    }

    // ---- what a start serves ----

    interface Check {
        void of(Map<String, byte[]> served);
    }

    /** Starts as the server does, checks what is served, stores new events; returns all that is served then. */
    private Map<String, byte[]> start(Check check) throws IOException {
        Map<String, byte[]> served;
        try (DataDirectory directory = DataDirectory.open(data, written.settings())) {
            OpenedShardMap map = ShardMapFile.open(data, WrittenData.SHARDS, listener -> {});
            assertThat(map.history().current().shardCount()).isEqualTo(WrittenData.SHARDS);
            List<OpenedShard> shards = directory.openShards(WrittenData.SHARDS);
            assertThat(ShardMapFile.keepCopies(data, map.history())).isEmpty();
            CursorKey.openOrCreate(data);
            assertThat(shards).allMatch(shard -> shard.failure() == null);
            served = served(shards);
            check.of(served);
            checkAgainstWritten(served);
            checkEmergencies(shards);
            for (OpenedShard shard : shards) {
                shard.journal().append(written.block(map, shard));
                shard.journal().force();
            }
            served = served(shards);
        }
        return served;
    }

    /** Every block that can be read, by its identity. */
    private static Map<String, byte[]> served(List<OpenedShard> shards) {
        Map<String, byte[]> served = new HashMap<>();
        for (OpenedShard shard : shards) {
            BlockSource source = shard.blocks();
            for (int i = 0; i < source.blockCount(); i++) {
                BlockInfo info = source.block(i);
                byte[] bytes = read(source, info);
                if (bytes != null) {
                    assertThat(served.put(identity(source.shard(), info), bytes))
                            .as("%s is served twice", info)
                            .isNull();
                }
            }
        }
        return served;
    }

    private static byte[] read(BlockSource source, BlockInfo info) {
        BlockReader reader = new BlockReader();
        try {
            source.read(info, reader);
            long events = 0;
            while (reader.next()) {
                events++;
            }
            assertThat(events).isEqualTo(info.count());
            return Arrays.copyOf(reader.buffer(0), info.lengthBytes());
        } catch (IOException damaged) {
            // Of a sealed segment: known to be there, found damaged when it is read. Then it has to be one that was
            // hit.
            return null;
        }
    }

    private static String identity(int shard, BlockInfo info) {
        return shard + "/" + info.incarnation() + "/" + info.firstSequence() + "+" + info.count();
    }

    private void checkAgainstWritten(Map<String, byte[]> served) {
        Map<String, Written> all = new HashMap<>();
        written.blocks().forEach(block -> all.put(identity(block.shard(), block.info()), block));
        served.forEach((identity, bytes) -> {
            Written original = all.get(identity);
            if (original != null) {
                assertThat(bytes).as("%s as it was written", identity).isEqualTo(original.bytes());
            } else {
                assertThat(identity).as("what nobody wrote").matches("[01]/([4-9]|\\d\\d)/.*");
            }
        });
        for (Written block : written.blocks()) {
            if (!hit.contains(block)) {
                assertThat(served)
                        .as("%s of segment %s is undamaged", block.info(), block.segment())
                        .containsKey(identity(block.shard(), block.info()));
            }
        }
    }

    /** One run of a command. */
    record Cli(int exitCode, String out, String err) {
        static Cli run(String... args) {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            int exitCode = EvidentCommand.commandLine(config -> {
                        throw new IOException("no server here");
                    })
                    .setOut(new PrintWriter(out))
                    .setErr(new PrintWriter(err))
                    .execute(args);
            assertThat(err.toString()).doesNotContain("\tat ");
            return new Cli(exitCode, out.toString(), err.toString());
        }
    }
}
