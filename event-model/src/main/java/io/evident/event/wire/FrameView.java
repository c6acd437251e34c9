package io.evident.event.wire;

import io.evident.event.EventLayout;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;

/**
 * A window onto one whole frame: its header, and the message behind it for the views and records of this package. Copies
 * and allocates nothing. Reusable; valid as long as the bytes below it are. Not thread-safe.
 */
public final class FrameView {
    private byte[] bytes = new byte[0];
    private int offset;
    private int end;

    /**
     * Looks at {@code length} bytes from {@code offset}, which have to be one whole frame, its length field included.
     *
     * @return {@code null}, or what is wrong with the header; the view must not be read then
     */
    public Refusal wrap(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.end = offset + length;
        if (length < FrameLayout.HEADER_BYTES) {
            return Refusal.of(
                    RefusalReason.MALFORMED,
                    "a frame has at least " + FrameLayout.HEADER_BYTES + " bytes, this one has " + length);
        }
        if (FrameLayout.frameLength(bytes, offset) != length) {
            return Refusal.of(
                    RefusalReason.MALFORMED,
                    "the frame announces " + FrameLayout.frameLength(bytes, offset) + " bytes and has " + length);
        }
        return checkHeader();
    }

    private Refusal checkHeader() {
        int schemaId = LittleEndian.getUnsignedShort(bytes, offset + FrameLayout.SCHEMA_ID_OFFSET);
        if (schemaId != EventLayout.SCHEMA_ID) {
            return Refusal.of(
                    RefusalReason.UNSUPPORTED_PROTOCOL,
                    "schema " + schemaId + "; schema " + EventLayout.SCHEMA_ID + " is understood");
        }
        if (version() < EventLayout.SCHEMA_VERSION) {
            return Refusal.of(
                    RefusalReason.UNSUPPORTED_PROTOCOL,
                    "schema version " + version() + "; versions from " + EventLayout.SCHEMA_VERSION
                            + " on are understood");
        }
        return blockLength() <= end - blockOffset() ? null : cutShort("block");
    }

    /** What kind of message this is: one of the template ids of {@link FrameLayout}, or another number. */
    public int templateId() {
        return LittleEndian.getUnsignedShort(bytes, offset + FrameLayout.TEMPLATE_ID_OFFSET);
    }

    /** The schema version of the writer, from 1. */
    public int version() {
        return LittleEndian.getUnsignedShort(bytes, offset + FrameLayout.VERSION_OFFSET);
    }

    /** Bytes of the whole frame. */
    public int length() {
        return end - offset;
    }

    byte[] bytes() {
        return bytes;
    }

    int blockLength() {
        return LittleEndian.getUnsignedShort(bytes, offset + FrameLayout.BLOCK_LENGTH_OFFSET);
    }

    int blockOffset() {
        return offset + FrameLayout.HEADER_BYTES;
    }

    /** Where the groups and var data begin, by the block length that the writer gave. */
    int blockEnd() {
        return blockOffset() + blockLength();
    }

    int end() {
        return end;
    }

    /** Whether this is that message, with a block that holds at least what its first version has. */
    Refusal checkMessage(String name, int templateId, int blockBytes) {
        if (templateId() != templateId) {
            return Refusal.of(
                    RefusalReason.UNSUPPORTED_PROTOCOL,
                    "expected " + name + " (template " + templateId + "), got template " + templateId());
        }
        return blockLength() >= blockBytes
                ? null
                : Refusal.of(
                        RefusalReason.MALFORMED,
                        name + " has a block of at least " + blockBytes + " bytes, got " + blockLength());
    }

    /** Whether a group begins at {@code at}, with entries whose fixed part is at least this long. */
    Refusal checkGroup(String name, int at, int entryBlockBytes) {
        if (FrameLayout.GROUP_HEADER_BYTES > end - at) {
            return cutShort(name);
        }
        int entryBlockLength = LittleEndian.getUnsignedShort(bytes, at);
        return entryBlockLength >= entryBlockBytes
                ? null
                : new Refusal(
                        RefusalReason.MALFORMED,
                        name,
                        "an entry has a block of at least " + entryBlockBytes + " bytes, got " + entryBlockLength);
    }

    /** Where var data with a u16 length that begins at {@code at} ends, or -1 when the frame ends before it. */
    int endOfText(int at) {
        if (Short.BYTES > end - at) {
            return -1;
        }
        int textEnd = at + Short.BYTES + LittleEndian.getUnsignedShort(bytes, at);
        return textEnd <= end ? textEnd : -1;
    }

    /** Whether the message ends here; only a newer writer may have more to say. */
    Refusal checkEnd(int at) {
        return at == end || version() > EventLayout.SCHEMA_VERSION
                ? null
                : Refusal.of(RefusalReason.MALFORMED, (end - at) + " bytes too many at the end of the frame");
    }

    static Refusal cutShort(String field) {
        return new Refusal(RefusalReason.MALFORMED, field, "the frame ends within or before this field");
    }
}
