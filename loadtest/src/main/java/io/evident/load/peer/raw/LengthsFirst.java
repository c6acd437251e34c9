package io.evident.load.peer.raw;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of events that stand behind their lengths, least byte first. Stateless. */
final class LengthsFirst {
    private static final int BUFFER_BYTES = 1 << 20;

    private LengthsFirst() {}

    /** How many whole events there are. */
    static long count(Path file) throws IOException {
        long events = 0;
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES))) {
            int length = Integer.reverseBytes(in.readInt());
            while (true) {
                in.skipNBytes(length);
                events++;
                length = Integer.reverseBytes(in.readInt());
            }
        } catch (EOFException end) {
            return events;
        }
    }
}
