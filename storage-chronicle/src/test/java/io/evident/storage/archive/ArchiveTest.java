package io.evident.storage.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.evident.storage.file.DiskFileOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An archive gives back every byte of its file, or tells that it cannot. */
class ArchiveTest {
    private static final int CHUNK = ArchiveWriter.CHUNK_BYTES;

    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve("plain");
    }

    private Path archive() {
        return directory.resolve("archive");
    }

    private long write(byte[] bytes) throws IOException {
        Files.write(file(), bytes);
        try (ArchiveWriter.Source source = ArchiveWriter.of(DiskFileOperations.INSTANCE, file())) {
            return new ArchiveWriter(DiskFileOperations.INSTANCE, source, archive(), spent -> {}).write();
        }
    }

    private ArchiveChannel open() throws IOException {
        return ArchiveChannel.open(DiskFileOperations.INSTANCE, archive());
    }

    private static byte[] read(ArchiveChannel channel, long position, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        int count = channel.read(into, position);
        return Arrays.copyOf(into.array(), Math.max(0, count));
    }

    /** Text that repeats itself, with numbers in it. */
    private static byte[] text(int length, long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append("{\"actor\":\"user-")
                    .append(random.nextInt(1_000))
                    .append("\",\"action\":\"document.read\"}\n");
        }
        return Arrays.copyOf(text.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII), length);
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 100 * CHUNK + 17})
    void givesBackEveryByte(int length) throws IOException {
        byte[] bytes = text(length, length);
        long size = write(bytes);
        assertThat(size).isEqualTo(Files.size(archive()));
        try (ArchiveChannel channel = open()) {
            assertThat(channel.size()).isEqualTo(length);
            assertThat(channel.archiveBytes()).isEqualTo(size);
            assertThat(read(channel, 0, length)).isEqualTo(bytes);
            assertThat(channel.read(ByteBuffer.allocate(1), length)).isEqualTo(-1);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void readsAnyPartOfWhatIsTextZerosAndNoise(long seed) throws IOException {
        Random random = new Random(seed);
        byte[] bytes = text(900 * CHUNK + random.nextInt(CHUNK), seed);
        Arrays.fill(bytes, 10 * CHUNK, 40 * CHUNK, (byte) 0);
        byte[] noise = new byte[20 * CHUNK];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, 50 * CHUNK, noise.length);

        assertThat(write(bytes)).isLessThan(bytes.length / 3);
        try (ArchiveChannel channel = open()) {
            for (int i = 0; i < 2_000; i++) {
                int from = random.nextInt(bytes.length);
                int length = 1 + random.nextInt(i % 10 == 0 ? 20 * CHUNK : 600);
                byte[] expected = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + length));
                assertThat(read(channel, from, length)).isEqualTo(expected);
            }
        }
    }

    @Test
    void givesZerosAndNeverOtherBytesWhereAnyByteOfItIsFlipped() throws IOException {
        byte[] bytes = text(4 * CHUNK + 100, 4);
        write(bytes);
        byte[] whole = Files.readAllBytes(archive());
        for (int at = 0; at < whole.length; at++) {
            byte[] broken = whole.clone();
            broken[at] ^= 0x10;
            Files.write(archive(), broken);
            byte[] got;
            try (ArchiveChannel channel = open()) {
                got = read(channel, 0, bytes.length);
            } catch (IOException e) {
                continue;
            }
            assertThat(got).as("byte %d", at).isNotEqualTo(bytes);
            for (int i = 0; i < got.length; i++) {
                if (got[i] != bytes[i] && got[i] != 0) {
                    throw new AssertionError("byte " + at + " flipped: " + i + " reads as " + got[i]);
                }
            }
        }
    }

    @ParameterizedTest(name = "cut by {0}")
    @CsvSource({"1", "8", "100", "5000"})
    void isNotOpenedWhenItIsCutOff(int by) throws IOException {
        write(text(20 * CHUNK, 5));
        byte[] whole = Files.readAllBytes(archive());
        Files.write(archive(), Arrays.copyOf(whole, Math.max(0, whole.length - by)));
        assertThatExceptionOfType(IOException.class).isThrownBy(this::open);
    }

    @Test
    void isNotReadOnceItIsClosed() throws IOException {
        write(text(CHUNK, 6));
        ArchiveChannel channel = open();
        channel.close();
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> read(channel, 0, 1));
        assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::size);
    }

    @Test
    void replacesWhatAnUnfinishedTryHasLeft() throws IOException {
        Files.write(archive(), text(50 * CHUNK, 7));
        byte[] bytes = text(2 * CHUNK, 8);
        write(bytes);
        try (ArchiveChannel channel = open()) {
            assertThat(read(channel, 0, bytes.length)).isEqualTo(bytes);
        }
    }
}
