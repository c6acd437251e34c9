package io.evident.load.peer;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the memory that is free holds when a system starts. */
enum PageCache {
    /** Nothing: each page of a file that is written is new memory, which a virtual machine may have to ask its host for. */
    COLD(
            "cold, as each system begins with an empty directory, which is deleted afterwards: new memory for what is written,"
                    + " until there is none left"),
    /** Pages of a file that nobody needs, as on a server that has been running for long. */
    FULL("full of a file that nobody needs before each run, as on a machine that has been running for long");

    private static final int READ_BYTES = 1 << 20;

    private final String text;

    PageCache(String text) {
        this.text = text;
    }

    /** In the words of a report. */
    String text() {
        return text;
    }

    /** As on the command line. */
    String lowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The state of that name, or {@code null}. */
    static PageCache ofText(String text) {
        for (PageCache state : values()) {
            if (state.lowerCase().equals(text)) {
                return state;
            }
        }
        return null;
    }

    /**
     * Brings it about, and takes some seconds for it.
     *
     * @param file read for it, of which nothing is on the disk; made when it is not there, and left
     * @param bytes as many as there is memory
     */
    void prepare(Path file, long bytes) throws IOException {
        if (this == COLD) {
            return;
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        byte[] read = new byte[READ_BYTES];
        try (RandomAccessFile hole = new RandomAccessFile(file.toFile(), "rw")) {
            if (hole.length() != bytes) {
                hole.setLength(bytes);
            }
            while (hole.read(read) >= 0) {
                // To have it read is all.
            }
        }
    }
}
