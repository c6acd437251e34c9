package io.evident.sharding.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CursorKeyTest {
    private static final byte[] TEXT = {1, 2, 3};

    @TempDir
    Path data;

    @Test
    void keepsOneKeyForTheDataDirectoryThatOnlyTheOwnerReads() throws IOException {
        byte[] seal = CursorKey.openOrCreate(data).seal(TEXT, 0, 3);

        assertThat(CursorKey.openOrCreate(data).seal(TEXT, 0, 3))
                .isEqualTo(seal)
                .hasSize(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("cursor.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void replacesADamagedKey() throws IOException {
        byte[] seal = CursorKey.openOrCreate(data).seal(TEXT, 0, 3);
        Files.write(data.resolve("cursor.key"), new byte[5]);

        byte[] renewed = CursorKey.openOrCreate(data).seal(TEXT, 0, 3);
        assertThat(renewed).isNotEqualTo(seal);
        assertThat(CursorKey.openOrCreate(data).seal(TEXT, 0, 3)).isEqualTo(renewed);
    }

    @Test
    void differsFromOneDataDirectoryToTheNext() {
        assertThat(CursorKey.random().seal(TEXT, 0, 3))
                .isNotEqualTo(CursorKey.random().seal(TEXT, 0, 3));
    }
}
