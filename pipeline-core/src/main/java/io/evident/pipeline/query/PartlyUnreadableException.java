package io.evident.pipeline.query;

import io.evident.pipeline.journal.UnreadablePart;
import java.io.IOException;
import java.util.List;

/** What was asked for was not found, and may be where it cannot be read now, as a volume has failed. */
public final class PartlyUnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param parts what cannot be read; at least one */
    public PartlyUnreadableException(List<UnreadablePart> parts) {
        super(message(parts));
    }

    private static String message(List<UnreadablePart> parts) {
        UnreadablePart first = parts.get(0);
        return "not found where the server can read now; of shard " + first.shard() + " cannot be read: "
                + first.range()
                + (parts.size() == 1 ? "" : " (and " + (parts.size() - 1) + " parts more)")
                + ": " + first.reason();
    }
}
