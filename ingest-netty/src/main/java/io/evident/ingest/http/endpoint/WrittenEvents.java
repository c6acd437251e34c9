package io.evident.ingest.http.endpoint;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.json.EventJsonWriter;
import io.evident.event.json.JsonBytes;
import io.evident.pipeline.query.PageForm;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import java.util.ArrayList;
import java.util.List;

/** The events of a page as a JSON array, which is kept with the answer. Thread-safe. */
final class WrittenEvents implements PageForm {
    /**
     * A piece ends with the event that reaches this. A page of 1,000 events in one array would be so large an object that
     * the collector gives it a region of its own.
     */
    private static final int PIECE_BYTES = 128 * 1024;

    private static final int BYTES_PER_EVENT = 768;

    /** For the event that ends a piece. */
    private static final int ROOM_BYTES = 4 * 1024;

    private final int maxAnswerBytes;
    private final EventJsonWriter json = EventJsonWriter.asSent();

    WrittenEvents(int maxAnswerBytes) {
        this.maxAnswerBytes = maxAnswerBytes;
    }

    @Override
    public QueryAnswer write(QueryAnswer.Page page) {
        List<byte[]> pieces = new ArrayList<>();
        JsonBytes piece = new JsonBytes(Math.min(
                PIECE_BYTES + ROOM_BYTES,
                ROOM_BYTES + BYTES_PER_EVENT * page.events().size()));
        long before = 0;
        char between = '[';
        for (StoredEvent stored : page.events()) {
            piece.write(between);
            between = ',';
            write(json, piece, stored);
            if (before + piece.length() > maxAnswerBytes) {
                return tooLong();
            }
            if (piece.length() >= PIECE_BYTES) {
                before += piece.length();
                pieces.add(piece.toByteArray());
                piece.clear();
            }
        }
        if (page.events().isEmpty()) {
            piece.write('[');
        }
        piece.write(']');
        pieces.add(piece.toByteArray());
        return QueryAnswer.WrittenPage.of(page, pieces);
    }

    private QueryAnswer.Refused tooLong() {
        return new QueryAnswer.Refused(Refusal.of(
                RefusalReason.QUERY_TOO_BROAD,
                "the page would have more than " + maxAnswerBytes + " bytes; ask with a smaller limit"));
    }

    static void write(EventJsonWriter json, JsonBytes out, StoredEvent stored) {
        json.write(
                out,
                stored.event(),
                stored.shard(),
                stored.incarnation(),
                stored.epoch(),
                stored.sequence(),
                stored.lane());
    }
}
