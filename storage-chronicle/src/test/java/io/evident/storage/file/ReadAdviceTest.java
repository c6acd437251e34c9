package io.evident.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadAdviceTest {
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");

    @TempDir
    private Path directory;

    @Test
    void aMappedFileIsReadWithoutReadAhead() throws IOException {
        Assumptions.assumeTrue(Files.isReadable(MAPPINGS), "this system does not tell what it was advised");
        Path file = Files.write(directory.resolve("mapped"), new byte[3 * 4096 + 1]);

        ByteBuffer mapped = DiskFileOperations.INSTANCE.map(file);

        assertThat(flagsOf(file)).contains("rr");
        assertThat(mapped.get(mapped.capacity() - 1)).isZero();
    }

    /** The flags of a file's first mapping, "rr" among them for random reads. */
    private static List<String> flagsOf(Path file) throws IOException {
        List<String> lines = Files.readAllLines(MAPPINGS);
        int at = 0;
        while (!lines.get(at).endsWith(file.toRealPath().toString())) {
            at++;
        }
        while (!lines.get(at).startsWith("VmFlags:")) {
            at++;
        }
        return List.of(lines.get(at).split("\\s+"));
    }

    @Test
    void whateverIsAdvisedTheBytesStayTheSame() throws IOException {
        byte[] content = new byte[5 * 4096 + 17];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31);
        }
        ByteBuffer mapped = DiskFileOperations.INSTANCE.map(Files.write(directory.resolve("mapped"), content));
        for (ByteBuffer bytes : List.of(mapped, ByteBuffer.wrap(content))) {
            ReadAdvice.willNeed(bytes, 0, 0);
            ReadAdvice.willNeed(bytes, 1, 1);
            ReadAdvice.willNeed(bytes, 4095, 4098);
            ReadAdvice.willNeed(bytes, content.length - 1, 1);
            byte[] read = new byte[content.length];
            bytes.get(0, read);
            assertThat(read).isEqualTo(content);
        }
    }
}
