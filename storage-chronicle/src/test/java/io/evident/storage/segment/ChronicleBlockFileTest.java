package io.evident.storage.segment;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleBlockFileTest {
    @TempDir
    Path data;

    @Test
    void tellsAnIoExceptionWhenChronicleCannotWrite() throws Exception {
        Path segment = Files.createDirectory(data.resolve("1-0"));
        BlockFile file = ChronicleBlockFile.open(segment, 1 << 20);
        file.close();
        assertThatThrownBy(() -> file.append(new byte[200], 200)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ChronicleBlockFile.open(segment.resolve("metadata.cq4t"), 1 << 20))
                .isInstanceOf(IOException.class);
    }
}
