package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.storage.emergency.UnfoldedCount;
import io.evident.storage.segment.DiskFileOperations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a tool that only reads counts in an emergency journal. */
class UnfoldedCountTest {
    @TempDir
    Path folder;

    private long count(Emergency emergency, long foldedThrough) throws IOException {
        return UnfoldedCount.events(
                DiskFileOperations.INSTANCE, emergency.directory(0), Emergency.SHARD, foldedThrough);
    }

    @Test
    void countsNothingWhereThereIsNothing() throws IOException {
        Emergency emergency = new Emergency(folder, DiskFileOperations.INSTANCE, 1);
        assertThat(count(emergency, 0)).isZero();

        emergency.open(0);
        assertThat(count(emergency, 0)).isZero();
        emergency.close();
    }

    @Test
    void countsWhatIsNotFoldedWhileItIsOpenAndWhenItIsClosed() throws IOException {
        Emergency emergency = new Emergency(folder, DiskFileOperations.INSTANCE, 1);
        emergency.open(0);
        emergency.append(3);
        emergency.append(1);
        emergency.append(2);
        assertThat(count(emergency, 0)).isEqualTo(6);
        emergency.close();

        assertThat(count(emergency, 0)).isEqualTo(6);
        assertThat(count(emergency, 3)).isEqualTo(3);
        assertThat(count(emergency, 4)).isEqualTo(2);
        assertThat(count(emergency, 6)).isZero();
    }

    @Test
    void countsABlockOnceThatAStartWroteAnew() throws IOException {
        Emergency emergency = new Emergency(folder, DiskFileOperations.INSTANCE, 2);
        emergency.open(0);
        emergency.append(3);
        emergency.append(2);
        emergency.close();
        Files.delete(emergency.file(1, 0));
        emergency.open(0);
        assertThat(emergency.opened.report().copiedBlocks()).isPositive();
        emergency.append(1);
        emergency.close();

        assertThat(count(emergency, 0)).isEqualTo(6);
    }

    @Test
    void changesNothing() throws IOException {
        Emergency emergency = new Emergency(folder, DiskFileOperations.INSTANCE, 1);
        emergency.open(0);
        emergency.append(3);
        emergency.close();
        byte[] before = Files.readAllBytes(emergency.file(0, 0));
        Files.writeString(emergency.directory(0).resolve("strange"), "?");

        assertThat(count(emergency, 0)).isEqualTo(3);
        assertThat(Files.readAllBytes(emergency.file(0, 0))).isEqualTo(before);
        assertThat(emergency.directory(0).resolve("strange")).hasContent("?");
    }
}
