package io.evident.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardMapFileTest {
    @TempDir
    Path data;

    @Test
    void createsTheFileAtTheFirstStartAndReadsItAtTheNext() throws IOException {
        ShardHistory created = open(4);

        assertThat(created).isEqualTo(ShardHistory.first(4));
        assertThat(open(4)).isEqualTo(created);
        assertThat(data).isDirectoryContaining("glob:**/shards.json");
        try (var files = Files.list(data)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void neverChangesWhatStandsInTheFile() throws IOException {
        open(2);

        assertThat(Files.readString(file())).isEqualToIgnoringWhitespace("""
                {
                  "format" : 1, "hash" : "xxh3-64", "seed" : "45766964656e7431", "slots" : 4096,
                  "epochs" : [ { "epoch" : 1, "shards" : 2, "runs" : [ [ 0, 2048 ], [ 1, 2048 ] ] } ],
                  "checksum" : "crc32c:0335b09d"
                }""");
    }

    @Test
    void keepsTheNumberOfShardsOfTheFileWhenAnotherIsConfigured() throws IOException {
        open(4);
        String before = Files.readString(file());

        assertThat(open(8).current().shardCount()).isEqualTo(4);
        assertThat(Files.readString(file())).isEqualTo(before);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void readsWhatItWroteWithManyEpochs(long seed) throws IOException {
        Random random = new Random(seed);
        List<ShardMap> epochs = new java.util.ArrayList<>(List.of(ShardMap.first(1 + random.nextInt(8))));
        for (int epoch = 2; epoch < 6; epoch++) {
            int shards = epochs.get(epoch - 2).shardCount() + random.nextInt(3);
            int[] slots = random.ints(SlotHash.SLOTS, 0, shards).toArray();
            epochs.add(ShardMap.of(epoch, shards, slots));
        }
        ShardHistory history = new ShardHistory(epochs);

        ShardMapFile.write(file(), history);

        assertThat(ShardMapFile.read(file())).isEqualTo(history);
    }

    @Test
    void readsTheFileHoweverItIsIndented() throws IOException {
        open(3);
        Files.writeString(file(), Files.readString(file()).replaceAll("\\s", ""));

        assertThat(open(3)).isEqualTo(ShardHistory.first(3));
    }

    @Test
    void ignoresATemporaryFileThatAnEarlierAttemptLeft() throws IOException {
        Files.writeString(data.resolve("shards.json.tmp"), "{ half a f");

        assertThat(open(2)).isEqualTo(ShardHistory.first(2));
        Files.writeString(data.resolve("shards.json.tmp"), "{ half a f");
        assertThat(open(2)).isEqualTo(ShardHistory.first(2));
    }

    @Test
    void keepsTheOldFileWhenTheNewOneCannotBeWritten() throws IOException {
        ShardMapFile.write(file(), ShardHistory.first(2));
        Files.createDirectories(data.resolve("shards.json.tmp/in the way"));

        assertThatIOException().isThrownBy(() -> ShardMapFile.write(file(), ShardHistory.first(3)));
        assertThat(ShardMapFile.read(file())).isEqualTo(ShardHistory.first(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[ 0, 2048 ]         | [ 0, 2047 ]              | runs assign 4095 slots",
                "[ 0, 2048 ]         | [ 0, 2049 ]              | do not add up",
                "[ 0, 2048 ]         | [ 0, -1 ]                | do not add up",
                "[ 0, 2048 ]         | [ 0, 2048, 1 ]           | more than shard and slots",
                "[ 0, 2048 ]         | [ 1, 2048 ]              | checksum",
                "[ 0, 2048 ]         | [ 2, 2048 ]              | shard 2 of 2",
                "[ 0, 2048 ]         | [ \"0\", 2048 ]          | not a whole number",
                "\"epoch\" : 1       | \"epoch\" : 2            | epoch 1 is missing",
                "\"shards\" : 2      | \"shards\" : 5000        | 1 to 4096",
                "\"shards\" : 2      | \"shards\" : 99999999999 | out of range",
                "\"format\" : 1      | \"format\" : 2           | understood is 1",
                "xxh3-64             | komihash                 | understood is xxh3-64",
                "\"format\" : 1,     | ''                       | missing",
                "\"format\" : 1,     | \"form\" : 1,            | \"form\" is unknown",
                "\"format\" : 1,     | \"format\" : 1, \"format\" : 1, | Duplicate",
                "crc32c:             | crc32c:0                 | checksum",
                "{                   | [                        | not a JSON object",
            })
    void saysWhatIsWrongWithADamagedFile(String found, String replacement, String complaint) throws IOException {
        open(2);
        String text = Files.readString(file());
        assertThat(text).contains(found);
        Files.writeString(
                file(), text.replaceFirst(java.util.regex.Pattern.quote(found), replacement.replace("\\", "")));

        assertThatIOException()
                .isThrownBy(() -> ShardMapFile.read(file()))
                .withMessageContaining(file().toString())
                .withMessageContaining(complaint);
    }

    @Test
    void refusesTheFileCutShortAnywhere() throws IOException {
        open(2);
        byte[] text = Files.readAllBytes(file());

        // Without its final line break it is whole.
        for (int length = 0; length < text.length - 1; length++) {
            Files.write(file(), java.util.Arrays.copyOf(text, length));
            assertThatIOException()
                    .as("cut to %d bytes", length)
                    .isThrownBy(() -> ShardMapFile.read(file()))
                    .withMessageContaining(file().toString());
        }
    }

    private ShardHistory open(int configuredShards) throws IOException {
        OpenedShardMap opened = ShardMapFile.open(data, configuredShards, listener -> {
            throw new AssertionError("the journals need not be asked");
        });
        assertThat(opened.findings()).isEmpty();
        return opened.history();
    }

    private Path file() {
        return data.resolve("shards.json");
    }
}
