package io.evident.server.json;

import io.evident.event.Refusal;

/** One record of a file, or why there is none. */
public final class JsonRecord {
    private final long index;
    private final long line;
    private final byte[] bytes;
    private final Refusal refusal;

    private JsonRecord(long index, long line, byte[] bytes, Refusal refusal) {
        this.index = index;
        this.line = line;
        this.bytes = bytes;
        this.refusal = refusal;
    }

    static JsonRecord of(long index, long line, byte[] bytes) {
        return new JsonRecord(index, line, bytes, null);
    }

    static JsonRecord refused(long index, long line, Refusal refusal) {
        return new JsonRecord(index, line, new byte[0], refusal);
    }

    /** Its position in the file, from 0. */
    public long index() {
        return index;
    }

    /** The line it begins on, from 1; 0 when that is not known. */
    public long line() {
        return line;
    }

    /** Exactly its bytes in the file, not to be changed; empty when it is refused. */
    public byte[] bytes() {
        return bytes;
    }

    /** {@code null}, or what is wrong; after the refusal of a malformed document there are no more records. */
    public Refusal refusal() {
        return refusal;
    }
}
