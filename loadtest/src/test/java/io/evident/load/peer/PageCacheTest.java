package io.evident.load.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageCacheTest {
    private static final long BYTES = 5L << 20;

    @TempDir
    private Path directory;

    @Test
    void aFullOneIsOfAFileOfWhichNothingIsOnTheDisk() throws Exception {
        Path file = directory.resolve("new").resolve("filling");

        PageCache.FULL.prepare(file, BYTES);
        PageCache.FULL.prepare(file, BYTES);

        assertThat(file).hasSize(BYTES);
        Process du = new ProcessBuilder("du", "-k", file.toString()).start();
        assertThat(new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\\s", 2)[0])
                .isEqualTo("0");
    }

    @Test
    void aColdOneNeedsNoFile() throws IOException {
        PageCache.COLD.prepare(directory.resolve("filling"), BYTES);

        assertThat(directory).isEmptyDirectory();
        assertThat(Files.exists(directory.resolve("filling"))).isFalse();
    }

    @Test
    void statesHaveTheirNames() {
        assertThat(PageCache.ofText("cold")).isEqualTo(PageCache.COLD);
        assertThat(PageCache.ofText("full")).isEqualTo(PageCache.FULL);
        assertThat(PageCache.ofText("warm")).isNull();
    }
}
