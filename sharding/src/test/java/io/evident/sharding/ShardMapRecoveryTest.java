package io.evident.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three shards with a map, four configured; then something happens to the map and its copies. */
class ShardMapRecoveryTest {
    private static final int SHARDS = 3;
    private static final StoredSlots NEVER_ASKED = listener -> {
        throw new AssertionError("the journals need not be asked");
    };

    @TempDir
    Path data;

    private byte[] text;

    @BeforeEach
    void write() throws IOException {
        ShardHistory history = ShardMapFile.open(data, SHARDS, NEVER_ASKED).history();
        for (int shard = 0; shard < SHARDS; shard++) {
            Files.createDirectory(data.resolve("shard-0" + shard));
        }
        assertThat(ShardMapFile.keepCopies(data, history)).isEmpty();
        text = Files.readAllBytes(original());
    }

    private Path original() {
        return data.resolve("shards.json");
    }

    private Path copy(int shard) {
        return data.resolve("shard-0" + shard + "/shards.json");
    }

    private OpenedShardMap open(StoredSlots stored) throws IOException {
        OpenedShardMap opened = ShardMapFile.open(data, SHARDS + 1, stored);
        for (int shard = 0; shard < opened.history().current().shardCount(); shard++) {
            Files.createDirectories(copy(shard).getParent());
        }
        assertThat(ShardMapFile.keepCopies(data, opened.history())).isEmpty();
        OpenedShardMap again = ShardMapFile.open(data, SHARDS + 1, NEVER_ASKED);
        assertThat(again.history()).as("at the next start").isEqualTo(opened.history());
        assertThat(again.findings()).as("at the next start").isEmpty();
        return opened;
    }

    private void loseAll() throws IOException {
        Files.writeString(original(), "no map");
        for (int shard = 0; shard < SHARDS; shard++) {
            Files.delete(copy(shard));
        }
    }

    /** Every slot's event where the map of so many shards puts it. */
    private static StoredSlots asIn(ShardMap map) {
        return listener -> {
            for (int slot = 0; slot < SlotHash.SLOTS; slot++) {
                listener.event(map.shardOf(slot), slot, map.epoch());
            }
        };
    }

    @Test
    void keepsACopyInEveryShardsDirectory() {
        for (int shard = 0; shard < SHARDS; shard++) {
            assertThat(copy(shard)).hasBinaryContent(text);
        }
    }

    @ParameterizedTest(name = "cut to {0} bytes")
    @ValueSource(ints = {0, 1, 40, 200})
    void contract10_restoresADamagedMapFromItsCopyAndKeepsTheDamagedOne(int length) throws IOException {
        byte[] damaged = Arrays.copyOf(text, length);
        Files.write(original(), damaged);

        OpenedShardMap opened = open(NEVER_ASKED);

        assertThat(opened.history()).isEqualTo(ShardHistory.first(SHARDS));
        assertThat(opened.findings()).anyMatch(finding -> finding.contains("restored from its newest copy"));
        assertThat(original()).hasBinaryContent(text);
        assertThat(data.resolve("shards.json.damaged-1")).hasBinaryContent(damaged);
    }

    @Test
    void neverDeletesADamagedMap() throws IOException {
        Files.writeString(original(), "once");
        open(NEVER_ASKED);
        Files.writeString(original(), "twice");
        open(NEVER_ASKED);

        assertThat(data.resolve("shards.json.damaged-1")).hasContent("once");
        assertThat(data.resolve("shards.json.damaged-2")).hasContent("twice");
    }

    @Test
    void contract10_restoresAMissingMap() throws IOException {
        Files.delete(original());

        assertThat(open(NEVER_ASKED).findings()).singleElement().asString().contains("missing", "restored");
        assertThat(original()).hasBinaryContent(text);
    }

    @Test
    void restoresAMapThatIsADirectory() throws IOException {
        Files.delete(original());
        Files.createDirectory(original());

        open(NEVER_ASKED);
        assertThat(original()).hasBinaryContent(text);
        assertThat(data.resolve("shards.json.damaged-1")).isDirectory();
    }

    @Test
    void writesADamagedCopyAnew() throws IOException {
        Files.writeString(copy(1), "no map");

        assertThat(open(NEVER_ASKED).findings()).singleElement().asString().contains(copy(1).toString());
        assertThat(copy(1)).hasBinaryContent(text);
    }

    @Test
    void takesTheNewestOfTheCopies() throws IOException {
        ShardHistory grown =
                new ShardHistory(List.of(ShardMap.first(SHARDS), ShardMap.of(2, SHARDS, new int[SlotHash.SLOTS])));
        ShardMapFile.write(copy(1), grown);

        assertThat(ShardMapFile.open(data, SHARDS, NEVER_ASKED).history())
                .as("a whole original with a copy that goes on behind it")
                .isEqualTo(grown);
        Files.delete(original());
        assertThat(ShardMapFile.open(data, SHARDS, NEVER_ASKED).history()).isEqualTo(grown);
    }

    @Test
    void believesTheWholeOriginalMoreThanACopyOfAnotherDirectory() throws IOException {
        ShardMapFile.write(
                copy(1), new ShardHistory(List.of(ShardMap.first(2), ShardMap.of(2, 2, new int[SlotHash.SLOTS]))));

        assertThat(open(NEVER_ASKED).history()).isEqualTo(ShardHistory.first(SHARDS));
        assertThat(copy(1)).hasBinaryContent(text);
    }

    @Test
    void contract10_makesTheFirstMapAnewWhenTheStoredEventsBearItOut() throws IOException {
        loseAll();

        OpenedShardMap opened = open(asIn(ShardMap.first(SHARDS)));

        assertThat(opened.history()).isEqualTo(ShardHistory.first(SHARDS));
        assertThat(opened.findings()).anyMatch(finding -> finding.contains("all 4096 stored events lie where"));
        assertThat(data.resolve("shards.json.damaged-1")).hasContent("no map");
    }

    @Test
    void takesTheConfiguredNumberWhenTheLastShardIsGoneToo() throws IOException {
        loseAll();
        ShardMap four = ShardMap.first(SHARDS + 1);

        OpenedShardMap opened = open(listener -> {
            for (int slot = 0; slot < SlotHash.SLOTS; slot++) {
                if (four.shardOf(slot) < SHARDS) {
                    listener.event(four.shardOf(slot), slot, 1);
                }
            }
        });

        assertThat(opened.history()).isEqualTo(ShardHistory.first(SHARDS + 1));
    }

    @ParameterizedTest(name = "epoch {0}")
    @ValueSource(ints = {1, 2, 9})
    void contract8_contract10_asksEveryShardWhenTheMapCannotBeKnown(int lastEpoch) throws IOException {
        loseAll();
        int[] elsewhere = new int[SlotHash.SLOTS];
        Arrays.setAll(elsewhere, slot -> slot % SHARDS);

        OpenedShardMap opened = open(asIn(ShardMap.of(lastEpoch, SHARDS, elsewhere)));

        ShardHistory history = opened.history();
        assertThat(history.current().epoch()).isGreaterThan(lastEpoch);
        for (int slot = 0; slot < SlotHash.SLOTS; slot++) {
            assertThat(history.shardsOf(slot).cardinality())
                    .isEqualTo(history.current().shardCount());
        }
        assertThat(opened.findings()).anyMatch(finding -> finding.contains("queries ask every shard"));
    }

    @Test
    void refusesAMapOfALaterVersionRatherThanReplaceIt() throws IOException {
        byte[] later = new String(text, java.nio.charset.StandardCharsets.UTF_8)
                .replace("\"format\" : 1", "\"format\" : 2")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Files.write(original(), later);
        for (int shard = 0; shard < SHARDS; shard++) {
            Files.write(copy(shard), later);
        }

        assertThatIOException()
                .isThrownBy(() -> ShardMapFile.open(data, SHARDS, NEVER_ASKED))
                .withMessageContaining("later version");
        assertThat(original()).hasBinaryContent(later);

        Files.write(copy(0), text);
        Files.write(copy(1), text);
        Files.write(copy(2), text);
        assertThat(open(NEVER_ASKED).history())
                .as("when all copies say otherwise, a flipped bit")
                .isEqualTo(ShardHistory.first(SHARDS));
    }

    @Test
    void tellsOfShardsThatTheMapDoesNotHave() throws IOException {
        Files.createDirectory(data.resolve("shard-07"));

        OpenedShardMap opened = ShardMapFile.open(data, SHARDS, NEVER_ASKED);
        assertThat(opened.unknownShards()).containsExactly(7);
        assertThat(opened.findings()).as("a growth that was interrupted").isEmpty();
        assertThat(ShardMapFile.look(data).unknownShards()).containsExactly(7);
    }

    @Test
    void looksWithoutChangingAnything() throws IOException {
        Files.writeString(original(), "no map");

        OpenedShardMap looked = ShardMapFile.look(data);

        assertThat(looked.history()).isEqualTo(ShardHistory.first(SHARDS));
        assertThat(looked.findings()).singleElement().asString().contains("damaged");
        assertThat(original()).hasContent("no map");
        loseAll();
        assertThat(ShardMapFile.look(data).history()).isNull();
    }
}
