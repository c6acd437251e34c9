package io.evident.client.read;

import io.evident.client.read.answer.ReadException;

/** An export is not complete. What was passed on up to here are whole events; it can go on behind the last of them. */
public final class ExportStoppedException extends ReadException {
    private static final long serialVersionUID = 1;

    /** Not serialized: the message says it all. */
    private final transient ExportSummary summary;

    ExportStoppedException(ExportSummary summary, ReadException cause) {
        super("the export stopped behind " + summary.events() + " events: " + cause.getMessage(), cause);
        this.summary = summary;
    }

    /** How far it came. */
    public ExportSummary summary() {
        return summary;
    }
}
