package io.evident.ingest.http.endpoint;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.http.export.ExportFormat;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.pipeline.query.EventQueries;
import io.evident.pipeline.query.EventQuery;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * A whole answer in a format, read page by page and taken piece by piece: what it holds is one page and one piece. Used by
 * one query thread at a time.
 */
final class ExportPieces {
    /** A piece is passed on from here. */
    private static final int PIECE_BYTES = 64 * 1024;

    private final EventQueries queries;
    private final ExportFormat format;
    private final boolean goesOn;
    private EventQuery next;
    private List<StoredEvent> page = List.of();
    private int at;
    private boolean begun;
    private long events;

    /**
     * @param first asks for the first page
     * @param goesOn whether it goes on behind an event, so that nothing stands before the first one
     */
    ExportPieces(EventQueries queries, EventQuery first, ExportFormat format, boolean goesOn) {
        this.queries = queries;
        this.next = first;
        this.format = format;
        this.goesOn = goesOn;
    }

    ExportFormat format() {
        return format;
    }

    /** Whether it goes on behind an event. */
    boolean goesOn() {
        return goesOn;
    }

    /** How many events were taken. */
    long events() {
        return events;
    }

    /** Whether all was taken. */
    boolean isAtEnd() {
        return begun && next == null && at == page.size();
    }

    /**
     * Reads the next page when the one before was taken and there is one more.
     *
     * @return {@code null}, or why there is none; nothing can be taken then
     */
    Refusal read() throws IOException {
        if (at < page.size() || next == null) {
            return null;
        }
        QueryAnswer answer = queries.query(next);
        if (answer instanceof QueryAnswer.Refused refused) {
            return refused.refusal();
        }
        QueryAnswer.Page read = (QueryAnswer.Page) answer;
        if (!read.unreadable().isEmpty()) {
            return incomplete(read.unreadable());
        }
        page = read.events();
        at = 0;
        next = read.cursor() == null
                ? null
                : new EventQuery(next.filter(), next.range(), next.order(), next.limit(), read.cursor());
        return null;
    }

    private static Refusal incomplete(List<UnreadablePart> parts) {
        UnreadablePart first = parts.get(0);
        return Refusal.of(
                RefusalReason.UNAVAILABLE,
                "an export is whole or none, and of shard " + first.shard() + " cannot be read now: " + first.range()
                        + (parts.size() == 1 ? "" : " (and " + (parts.size() - 1) + " parts more)") + ": "
                        + first.reason());
    }

    /** Takes the next piece of the page; empty when it has none. */
    byte[] take() throws IOException {
        ByteArrayOutputStream piece = new ByteArrayOutputStream(PIECE_BYTES);
        if (!begun && !goesOn) {
            format.begin(piece);
        }
        begun = true;
        while (at < page.size() && piece.size() < PIECE_BYTES) {
            format.write(piece, page.get(at++));
            events++;
        }
        return piece.toByteArray();
    }
}
