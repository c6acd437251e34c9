package io.evident.sharding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** The moment when another epoch begins on the disk. */
class ShardMapEpochTest {
    private static final int FILES = 4;

    @TempDir
    private Path data;

    private final ShardHistory before = ShardHistory.first(2);
    private final ShardHistory next = before.withShards(3);

    @BeforeEach
    void writeTheFirst() throws IOException {
        for (int shard = 0; shard < 3; shard++) {
            Files.createDirectory(data.resolve("shard-0" + shard));
        }
        ShardMapFile.write(data.resolve(ShardMapFile.NAME), before);
        ShardMapFile.keepCopies(data, before);
    }

    private ShardHistory opened() throws IOException {
        return ShardMapFile.open(data, 2, listener -> {}).history();
    }

    /** In the order in which they are replaced. */
    private List<Path> files() {
        return List.of(
                data.resolve("shard-00/shards.json"),
                data.resolve("shard-01/shards.json"),
                data.resolve("shard-02/shards.json"),
                data.resolve("shards.json"));
    }

    @Test
    void isThereForTheNextStart() throws IOException {
        assertThat(ShardMapFile.begin(data, before, next)).isEmpty();

        assertThat(opened()).isEqualTo(next);
        for (Path file : files()) {
            assertThat(ShardMapFile.read(file)).isEqualTo(next);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void aDeathBetweenAnyTwoFilesLeavesTheOldEpochOrTheNewOne(int replaced) throws IOException {
        byte[] text = ShardMapJson.write(next);
        for (int i = 0; i < replaced; i++) {
            Files.write(files().get(i), text);
        }
        if (replaced < FILES) {
            // The one that was being written.
            Files.write(files().get(replaced).resolveSibling("shards.json.tmp"), Arrays.copyOf(text, text.length / 2));
        }
        ShardMapFile.look(data);

        OpenedShardMap opened = ShardMapFile.open(data, 2, listener -> {});
        assertThat(opened.history()).isEqualTo(replaced == 0 ? before : next);
        assertThat(opened.findings()).isEmpty();
        assertThat(opened.unknownShards()).isEqualTo(replaced == 0 ? List.of(2) : List.of());
        assertThat(opened()).as("and it stays so").isEqualTo(opened.history());
        assertThat(ShardMapFile.begin(data, opened.history(), opened.history().withShards(3)))
                .as("the next attempt uses what this one left")
                .isEmpty();
    }

    @Test
    void takesBackWhatItCanWhenTheOriginalCannotBeReplaced() throws IOException {
        // A directory in the place of the temporary file can be neither deleted nor replaced.
        Path inTheWay =
                Files.createDirectories(data.resolve("shards.json.tmp/x")).getParent();

        assertThatThrownBy(() -> ShardMapFile.begin(data, before, next)).isInstanceOf(IOException.class);

        Files.delete(inTheWay.resolve("x"));
        Files.delete(inTheWay);
        assertThat(ShardMapFile.read(data.resolve(ShardMapFile.NAME))).isEqualTo(before);
        assertThat(opened()).isEqualTo(before);
    }

    @Test
    void saysWhichCopyCouldNotBeKeptAndGoesOn() throws IOException {
        Files.delete(data.resolve("shard-01/shards.json"));
        Files.delete(data.resolve("shard-01"));

        assertThat(ShardMapFile.begin(data, before, next))
                .singleElement()
                .asString()
                .contains("shard-01");
        assertThat(ShardMapFile.read(data.resolve(ShardMapFile.NAME))).isEqualTo(next);
    }
}
