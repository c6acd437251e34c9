package io.evident.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DiskFileOperationsTest {
    private static final Path DIRECTORY = Path.of("segments");

    @Test
    void contract10_aDirectoryThatFailsWhileItIsReadIsAFailureOfIo() {
        IOException broken = new IOException("Input/output error");
        Stream<Path> entries = Stream.of(Path.of("1-0"), Path.of("2-0")).peek(entry -> failAt("2-0", entry, broken));
        assertThatThrownBy(() -> DiskFileOperations.list(DIRECTORY, directory -> entries))
                .isSameAs(broken);
    }

    @Test
    void listsWhatThereIs() throws IOException {
        Path entry = DIRECTORY.resolve("1-0");
        assertThat(DiskFileOperations.list(DIRECTORY, directory -> Stream.of(entry)))
                .isEqualTo(List.of(entry));
    }

    private static void failAt(String name, Path entry, IOException failure) {
        if (entry.equals(Path.of(name))) {
            throw new UncheckedIOException(failure);
        }
    }
}
