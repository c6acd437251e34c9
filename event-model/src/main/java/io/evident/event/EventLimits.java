package io.evident.event;

/** The limits of one event. They belong to the format: every part of Evident, and every client, has the same. */
public final class EventLimits {
    /** Longest attributes object, in bytes as sent. */
    public static final int ATTRIBUTES_BYTES = 64 * 1024;
    /** Longest event in the binary layout, in bytes, what the server fills in included. */
    public static final int ENCODED_BYTES = 80 * 1024;
    /** Most labels an event may have. */
    public static final int LABELS = 64;
    /** Longest label, in UTF-8 bytes. */
    public static final int LABEL_BYTES = 128;
    /** Deepest nesting of the attributes object. */
    public static final int ATTRIBUTES_DEPTH = 64;

    private EventLimits() {}
}
