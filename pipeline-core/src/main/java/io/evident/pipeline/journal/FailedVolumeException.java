package io.evident.pipeline.journal;

import java.io.IOException;

/** A block cannot be read because it is on a volume that has failed; with that, it is there again. */
public final class FailedVolumeException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient UnreadablePart part;

    /**
     * @param part what cannot be read, and why
     * @param cause how it shows, or {@code null} when it was not even tried
     */
    public FailedVolumeException(UnreadablePart part, IOException cause) {
        super("shard " + part.shard() + ": " + part.range() + " cannot be read: " + part.reason(), cause);
        this.part = part;
    }

    /** What cannot be read. */
    public UnreadablePart part() {
        return part;
    }
}
