package io.evident.ingest.http;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Collects the body of one request, up to a limit. Confined to its event loop. */
public final class RequestBody {
    private static final int FIRST_BYTES = 4 * 1024;
    /** How much more than came in memory is taken for when more was announced: who only announces gets little. */
    private static final long TRUST = 2;

    private final long announcedBytes;
    private final int maxBytes;
    private final BodyBudget budget;
    private byte[] bytes = new byte[0];
    private int length;

    /** @param announcedBytes how many bytes are to come; -1 when that was not said */
    RequestBody(long announcedBytes, int maxBytes, BodyBudget budget) {
        this.announcedBytes = announcedBytes;
        this.maxBytes = maxBytes;
        this.budget = budget;
    }

    /** Adds what came in. Returns {@code null}, or why it is refused. */
    Refusal add(ByteBuf content) {
        int more = content.readableBytes();
        if (more > maxBytes - length) {
            return tooLarge(maxBytes);
        }
        if (length + more > bytes.length && !grow(length + more)) {
            return Refusal.of(RefusalReason.BUSY, "too many request bodies are being received at once; try again");
        }
        content.readBytes(bytes, length, more);
        length += more;
        return null;
    }

    static Refusal tooLarge(long maxBytes) {
        return Refusal.of(RefusalReason.BODY_TOO_LARGE, "a body may have at most " + maxBytes + " bytes");
    }

    private boolean grow(int needed) {
        long likely = announcedBytes >= needed
                ? Math.min(announcedBytes, needed * TRUST)
                : Math.max(FIRST_BYTES, Math.min(maxBytes, bytes.length * 2L));
        return growTo((int) Math.max(needed, likely)) || growTo(needed);
    }

    private boolean growTo(int capacity) {
        if (!budget.reserve(capacity - bytes.length)) {
            return false;
        }
        bytes = Arrays.copyOf(bytes, capacity);
        return true;
    }

    /** What came in, from the first byte to {@link #length}; valid while the endpoint handles the request. */
    public byte[] bytes() {
        return bytes;
    }

    /** How many bytes came in. */
    public int length() {
        return length;
    }

    /** Gives the memory back; the body is empty then. May be called more than once. */
    void release() {
        budget.release(bytes.length);
        bytes = new byte[0];
        length = 0;
    }
}
