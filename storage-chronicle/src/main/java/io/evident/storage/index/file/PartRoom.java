package io.evident.storage.index.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory in which the bytes of one part's file after the other are made: as much as the largest of them took, kept
 * because the collector would have to find a place for tens of megabytes each time. For one thread; what was made is gone
 * when the next is begun.
 */
public final class PartRoom {
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    /** Room of at least so many bytes, with anything in it. */
    ByteBuffer begin(int sizeBytes) {
        if (bytes.capacity() < sizeBytes) {
            bytes = ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
        }
        return bytes.clear();
    }

    /** Room of so many bytes that begins with what was made so far. */
    ByteBuffer larger(int sizeBytes) {
        bytes = ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN).put(bytes.flip());
        return bytes;
    }
}
