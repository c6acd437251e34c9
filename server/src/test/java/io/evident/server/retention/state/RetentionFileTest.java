package io.evident.server.retention.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.pipeline.retention.RetentionHold;
import io.evident.pipeline.retention.RetentionRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionFileTest {
    @TempDir
    private Path data;

    private Path file;

    @BeforeEach
    void makeShards() throws IOException {
        file = data.resolve("retention.json");
        for (int shard = 0; shard < 6; shard++) {
            Files.createDirectory(data.resolve("shard-0" + shard));
        }
    }

    private static RetentionState some(long seed) {
        Random random = new Random(seed);
        RetentionState state = RetentionState.NONE;
        String[] names = {"*", "acme", "été 💍", "_system", "a\"b\\c", "globex"};
        for (int i = 0; i < random.nextInt(12); i++) {
            String name = names[random.nextInt(names.length)];
            long seconds = random.nextInt(3) == 0 ? 0 : 60 + random.nextInt(1_000_000);
            long bytes = seconds == 0 || random.nextBoolean() ? 1 + random.nextLong(RetentionRule.MOST_BYTES) : 0;
            state = state.withRule(name, new RetentionRule(seconds, bytes));
            if (random.nextInt(3) == 0 && !name.equals("*")) {
                state = state.withHold(name, new RetentionHold("why\n" + i, random.nextLong(1L << 60), "kim"));
            }
            state = state.raised(
                    Map.of(name, random.longs(random.nextInt(5), 0, 1L << 50).toArray()));
        }
        return state.withVersion(1 + random.nextLong(1L << 40));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void readsWhatItWrote(long seed) throws IOException {
        RetentionState state = some(seed);
        assertThat(RetentionFile.write(data, state)).isEmpty();
        RetentionFile.Opened opened = RetentionFile.open(data);
        assertThat(opened.state()).as("seed %d", seed).isEqualTo(state);
        assertThat(opened.findings()).isEmpty();
        assertThat(RetentionFile.look(data)).isEqualTo(opened);
    }

    @Test
    void isNoRuleInANewDirectory() throws IOException {
        assertThat(RetentionFile.open(data).state()).isEqualTo(RetentionState.NONE);
        assertThat(RetentionFile.open(data).findings()).isEmpty();
        assertThat(file).doesNotExist();
        assertThat(RetentionFile.keepCopies(data, RetentionState.NONE)).isEmpty();
        assertThat(data.resolve("shard-00/retention.json")).doesNotExist();
    }

    @Test
    void everyDamagedByteIsFoundAndTheFileRestoredFromItsCopy() throws IOException {
        RetentionState state = some(3);
        RetentionFile.write(data, state);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x15;
            Files.write(file, damaged);
            RetentionFile.Opened opened = RetentionFile.open(data);
            assertThat(opened.state()).as("byte %d", at).isEqualTo(state);
            if (Character.isWhitespace(whole[at]) && opened.findings().isEmpty()) {
                continue;
            }
            assertThat(opened.findings()).as("byte %d", at).hasSize(3);
            assertThat(Files.readAllBytes(file)).isEqualTo(whole);
        }
        assertThat(data.resolve("retention.json.damaged-1")).exists();
    }

    @Test
    void aMissingFileIsRestoredAndTheNewestCopyCounts() throws IOException {
        RetentionFile.write(data, some(4).withVersion(7));
        byte[] older = Files.readAllBytes(file);
        RetentionState newer = some(5).withVersion(8);
        RetentionFile.write(data, newer);
        Files.write(data.resolve("shard-00/retention.json"), older);
        Files.delete(file);
        RetentionFile.Opened opened = RetentionFile.open(data);
        assertThat(opened.state()).isEqualTo(newer);
        assertThat(opened.findings()).hasSize(1).first().asString().contains("restored");
        Files.write(file, older);
        assertThat(RetentionFile.open(data).state())
                .as("a stop within the writing of copies")
                .isEqualTo(newer);
    }

    @Test
    void keepsFourCopiesAndPutsThemBack() throws IOException {
        RetentionState state = some(6);
        RetentionFile.write(data, state);
        assertThat(data.resolve("shard-03/retention.json")).hasSameBinaryContentAs(file);
        assertThat(data.resolve("shard-04/retention.json")).doesNotExist();
        Files.delete(data.resolve("shard-01/retention.json"));
        RetentionFile.keepCopies(data, state);
        assertThat(data.resolve("shard-01/retention.json")).hasSameBinaryContentAs(file);
    }

    @Test
    void whenAllAreDamagedNothingExpiresAndTheLogSaysSo() throws IOException {
        RetentionFile.write(data, some(7));
        Files.writeString(file, "{");
        for (int shard = 0; shard < 4; shard++) {
            Files.writeString(data.resolve("shard-0" + shard + "/retention.json"), "");
        }
        RetentionFile.Opened opened = RetentionFile.open(data);
        assertThat(opened.state()).isEqualTo(RetentionState.NONE);
        assertThat(opened.findings()).last().asString().contains("lost");
        assertThat(file).doesNotExist();
        for (int shard = 0; shard < 4; shard++) {
            assertThat(data.resolve("shard-0" + shard + "/retention.json.damaged-1"))
                    .isEmptyFile();
        }
        RetentionFile.Opened again = RetentionFile.open(data);
        assertThat(again.state()).isEqualTo(RetentionState.NONE);
        assertThat(again.findings()).as("it was told once").isEmpty();
        assertThat(RetentionFile.check(data).isLost()).isFalse();
    }

    @Test
    void aCopyThatCannotBeReadStaysWhereItIsAndTheLossIsToldAgain() throws IOException {
        RetentionFile.write(data, some(7));
        byte[] whole = Files.readAllBytes(file);
        Files.writeString(file, "{");
        for (int shard = 1; shard < 4; shard++) {
            Files.delete(data.resolve("shard-0" + shard + "/retention.json"));
        }
        Path copy = data.resolve("shard-00/retention.json");
        Files.delete(copy);
        Files.createDirectory(copy);
        for (int start = 0; start < 2; start++) {
            assertThat(RetentionFile.open(data).findings()).last().asString().contains("lost");
            assertThat(copy).isDirectory();
        }
        Files.delete(copy);
        Files.write(copy, whole);
        assertThat(RetentionFile.open(data).state()).isEqualTo(some(7));
    }

    @Test
    void doesNotTouchWhatALaterVersionWrote() throws IOException {
        String later = new String(RetentionJson.write(some(8)), StandardCharsets.UTF_8)
                .replace("\"format\" : 1", "\"format\" : 2");
        Files.writeString(file, later);
        assertThatThrownBy(() -> RetentionFile.open(data))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("later version");
        assertThat(file).hasContent(later);
        RetentionState whole = some(9);
        Files.write(data.resolve("shard-00/retention.json"), RetentionJson.write(whole));
        assertThat(RetentionFile.open(data).state())
                .as("a whole copy says it is damage")
                .isEqualTo(whole);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"format\":1}",
                "{\"format\":1,\"version\":1,\"rules\":{},\"holds\":{},\"horizon\":{},\"checksum\":\"crc32c:00000000\"}",
                "{\"format\":1,\"format\":1}",
                "{\"format\":0}",
                "{\"more\":1}",
                "{\"rules\":{\"acme\":{}}}",
                "{\"rules\":{\"acme\":{\"keepForSeconds\":1}}}",
                "{\"horizon\":{\"*\":[-1]}}",
                "{\"horizon\":{\"*\":[1.5]}}",
                "{\"holds\":{\"acme\":{\"reason\":\"x\"}}}",
            })
    void refusesWhatItDidNotWrite(String text) {
        assertThatThrownBy(() -> RetentionJson.read(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aChangeIsOnTheDiskBeforeAnybodyGoesByItAndOneThatCannotBeWrittenChangesNothing() throws IOException {
        RetentionStore store = RetentionStore.open(data);
        RetentionRule rule = new RetentionRule(60, 0);
        store.change(state -> state.withRule("*", rule));
        store.change(state -> state.raised(Map.of("*", new long[] {0, 17})));
        assertThat(RetentionFile.look(data).state()).isEqualTo(store.state());
        assertThat(store.horizon().of(1).of("acme")).isEqualTo(17);
        long version = store.horizon().version();
        store.change(state -> state.withRule("*", new RetentionRule(90, 0)));
        assertThat(store.horizon().version()).as("it did not move").isEqualTo(version);

        Files.createDirectory(data.resolve("retention.json.tmp"));
        Files.writeString(data.resolve("retention.json.tmp/in-the-way"), "");
        RetentionState before = store.state();
        assertThatThrownBy(() -> store.change(state -> state.raised(Map.of("*", new long[] {50}))))
                .isInstanceOf(IOException.class);
        assertThat(store.state()).isEqualTo(before);
        assertThat(store.horizon().of(0).of("acme")).isZero();
        Files.delete(data.resolve("retention.json.tmp/in-the-way"));
        assertThat(store.change(state -> state.withoutRule("*")).version()).isGreaterThan(before.version() + 1);
        assertThat(RetentionStore.open(data).state()).isEqualTo(store.state());
    }

    @Test
    void aStoreThatIsLoweredSaysSoInTheFileBeforeAnythingIsStored() throws IOException {
        RetentionStore store = RetentionStore.open(data);
        store.change(state ->
                state.withRule("*", new RetentionRule(60, 0)).raised(Map.of("*", new long[] {1_000, 50})));
        long version = store.state().version();
        store.lower(new long[] {1_000, 50});
        assertThat(store.state().version()).as("nothing to do").isEqualTo(version);
        store.lower(new long[] {900, 50});
        assertThat(store.horizon().of(0).of("acme")).isEqualTo(900);
        assertThat(store.horizon().of(1).of("acme")).isEqualTo(50);
        assertThat(RetentionFile.look(data).state()).isEqualTo(store.state());
        assertThat(RetentionStore.open(data).state()).isEqualTo(store.state());
    }

    @Test
    void whoReadsTheFilesIsToldWhenTheHorizonIsThereAndCannotBeRead() throws IOException {
        Files.writeString(file, "{");
        assertThatThrownBy(() -> new HorizonFile(data).get())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("retention.json");
        RetentionState state = some(5);
        RetentionFile.write(data, state);
        Files.writeString(file, "{");
        assertThat(RetentionFile.look(data).state()).as("a copy is whole").isEqualTo(state);
        for (int shard = 0; shard < 4; shard++) {
            Files.delete(data.resolve("shard-0" + shard + "/retention.json"));
        }
        Files.writeString(
                file,
                new String(RetentionJson.write(state), StandardCharsets.UTF_8)
                        .replace("\"format\" : 1", "\"format\" : 2"));
        assertThatThrownBy(() -> new HorizonFile(data).get())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("later version");
    }

    @Test
    void aChangeIsDoneWhenNoShardCanBeListedForItsCopies() throws IOException {
        RetentionState state = some(5);
        Path gone = data.resolve("gone");
        assertThat(RetentionFile.keepCopies(gone, state))
                .hasSize(1)
                .first()
                .asString()
                .contains("no copies");
    }

    @Test
    void whoReadsTheFilesSeesTheHorizonMove() throws IOException {
        HorizonFile horizon = new HorizonFile(data);
        assertThat(horizon.get().of(0).of("acme")).isZero();
        RetentionStore store = RetentionStore.open(data);
        store.change(state -> state.withRule("*", new RetentionRule(60, 0)).raised(Map.of("*", new long[] {4})));
        org.awaitility.Awaitility.await().until(() -> horizon.get().of(0).of("acme") == 4);
    }
}
