package io.evident.pipeline.journal;

import io.evident.event.Refusal;
import java.io.IOException;

/**
 * Not a byte of the block was written, no sequence was used, and the journal is as it was: the same block may be appended
 * again, unless {@link #endsJournal}. Thrown where room is made for a block, before any of it is written; a failure later is
 * any other {@link IOException}.
 */
public final class NotWrittenException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;
    private final boolean endsJournal;

    /**
     * @param refusal what the block's senders are told
     * @param cause why there is no room
     */
    public NotWrittenException(Refusal refusal, IOException cause) {
        this(refusal, cause, false);
    }

    private NotWrittenException(Refusal refusal, IOException cause, boolean endsJournal) {
        super(refusal.detail(), cause);
        this.refusal = refusal;
        this.endsJournal = endsJournal;
    }

    /** For a fault of the disk that will not pass: this block was surely not written, and no other one is to follow. */
    public static NotWrittenException ending(Refusal refusal, IOException cause) {
        return new NotWrittenException(refusal, cause, true);
    }

    /** Whether the journal takes nothing more. */
    public boolean endsJournal() {
        return endsJournal;
    }

    /** What the block's senders are told: the reason says whether, and when, it helps to try again. */
    public Refusal refusal() {
        return refusal;
    }
}
