package io.evident.load.peer.questdb;

import io.evident.event.AuditEvent;
import io.evident.load.peer.commit.RowEncoder;
import io.evident.load.peer.commit.Rows;
import io.evident.load.pool.EventPool;
import io.evident.load.target.EventBatch;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** An event as a line: what does not change is made once for each event of the pool. The server gives it its time. */
final class LineEncoder implements RowEncoder {
    private byte[][] fronts = new byte[0][];
    private byte[][] backs = new byte[0][];

    @Override
    public void append(EventBatch batch, int index, Rows to) {
        if (fronts.length == 0) {
            prepare(batch.pool());
        }
        int pick = batch.pick(index);
        to.add(fronts[pick]).addId(batch, index).add(backs[pick]);
    }

    private void prepare(EventPool pool) {
        fronts = new byte[pool.size()][];
        backs = new byte[pool.size()][];
        for (int i = 0; i < fronts.length; i++) {
            AuditEvent event = pool.eventOf(idOf(pool, i));
            fronts[i] = ("events,tenant=" + symbol(event.tenant()) + ",action=" + symbol(event.action()) + ",outcome="
                            + event.outcome().text() + ",severity="
                            + event.severity().name() + ",type="
                            + symbol(event.resourceType()) + " id=\"")
                    .getBytes(StandardCharsets.UTF_8);
            backs[i] = ("\",stream=" + text(event.stream()) + ",actor=" + text(event.actorId()) + ",resource="
                            + text(event.resourceId()) + ",attributes=" + text(event.attributes()) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    /** An id whose event of the pool is this one. */
    private static UUID idOf(EventPool pool, int pick) {
        long low = (((long) pick << Integer.SIZE) + pool.size() - 1) / pool.size();
        return new UUID(0, low);
    }

    private static String symbol(String text) {
        return text.replace("\\", "\\\\")
                .replace(" ", "\\ ")
                .replace(",", "\\,")
                .replace("=", "\\=");
    }

    private static String text(String text) {
        return text == null ? "\"\"" : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
