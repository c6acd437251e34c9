package io.evident.storage.index.part;

import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.index.EventSet;
import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.index.active.ActiveView;
import io.evident.storage.index.file.FilePart;
import io.evident.storage.index.file.PartHeader;
import io.evident.storage.index.file.PartRoom;
import io.evident.storage.index.file.PartWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;

/** Asks a part everything there is, at random, and holds the answers against an oracle. */
public final class PartOracle {
    private static final int QUESTIONS = 100;

    private PartOracle() {}

    /** The same part in a file. */
    public static FilePart inFile(ActiveView view) {
        return opened(view, written(view));
    }

    /** The bytes of its file, outside of the heap as in a mapped one. */
    static ByteBuffer written(ActiveView view) {
        ByteBuffer bytes = PartWriter.bytes(view, new PartRoom());
        return ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip();
    }

    /** A part whose file has these bytes. */
    static FilePart opened(ActiveView view, ByteBuffer file) {
        return FilePart.open(Path.of("a part"), file, PartHeader.read(file), view.firstBlock(), view.runs(), () -> {
            throw new AssertionError("nothing is damaged");
        });
    }

    /** Asks for places, searches, counts and ids. */
    public static void check(IndexOracle oracle, IndexPart part, RandomEvents events, String hint) {
        oracle.checkPlaces(part, part.firstBlock());
        long first = part.place(0).sequence();
        for (int i = 0; i < QUESTIONS; i++) {
            EventFilter filter = events.filter();
            TimeRange range = events.range();
            ShardHorizon horizon =
                    i % 3 == 0 ? ShardHorizon.NONE : events.horizon(first - 10, first + part.events() + 10);
            oracle.check(part, filter, range, horizon, hint);
            if (i % 10 == 0) {
                EventSet found = part.search(filter, range, horizon);
                for (FilterField field : FilterField.values()) {
                    oracle.checkCounts(part, field, found, hint);
                }
            }
        }
        EventSet all = part.search(EventFilter.all(TenantScope.allButSystem()), TimeRange.ALWAYS, ShardHorizon.NONE);
        oracle.checkCounts(part, FilterField.ACTOR, all, hint);
        for (long sequence = first - 3; sequence < first + part.events() + 3; sequence += 61) {
            oracle.checkId(part, RandomEvents.id(sequence));
        }
        oracle.checkId(part, new UUID(0, 0));
    }
}
