package io.evident.load.ledger;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * The ledger as a file that is only ever appended to: each line is handed to the operating system at once, before the
 * next answer is looked at. It belongs on another volume than the one under test. Writing is thread-safe.
 */
final class LedgerFile implements Closeable {
    private final FileChannel channel;

    private LedgerFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens a ledger to go on with, or begins one. */
    static LedgerFile append(Path file) throws IOException {
        return new LedgerFile(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    synchronized void write(LedgerLine line) {
        ByteBuffer bytes = ByteBuffer.wrap((line.text() + "\n").getBytes(StandardCharsets.US_ASCII));
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the ledger cannot be written", e);
        }
    }

    /**
     * Reads every whole line; what a driver is writing meanwhile is left out.
     *
     * @param mostBytes where to stop reading, {@link Long#MAX_VALUE} for the end
     * @return how many there are
     * @throws IOException when the file cannot be read, or has a line that is none of a ledger
     */
    static long read(Path file, long mostBytes, Consumer<LedgerLine> lines) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                BufferedReader reader = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.US_ASCII))) {
            // A last line without its end would need one byte more than there is.
            long left = Math.min(mostBytes, channel.size());
            long count = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                left -= line.length() + 1;
                if (left < 0) {
                    break;
                }
                lines.accept(LedgerLine.parse(line));
                count++;
            }
            return count;
        } catch (IllegalArgumentException notALine) {
            throw new IOException(file + ": " + notALine.getMessage(), notALine);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
