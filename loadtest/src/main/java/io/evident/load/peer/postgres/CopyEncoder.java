package io.evident.load.peer.postgres;

import io.evident.event.AuditEvent;
import io.evident.load.peer.commit.RowEncoder;
import io.evident.load.peer.commit.Rows;
import io.evident.load.pool.EventPool;
import io.evident.load.target.EventBatch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/** An event as a row of COPY's text format: what does not change is made once for each event of the pool. */
final class CopyEncoder implements RowEncoder {
    static final String NEXT = "\t";
    static final String NULL = "\\N";

    private byte[][] backs = new byte[0][];
    private long lastMs;
    private byte[] time = new byte[0];

    @Override
    public void append(EventBatch batch, int index, Rows to) {
        if (backs.length == 0) {
            prepare(batch.pool());
        }
        long ms = System.currentTimeMillis();
        if (ms != lastMs) {
            lastMs = ms;
            time = (NEXT + Instant.ofEpochMilli(ms) + NEXT).getBytes(StandardCharsets.US_ASCII);
        }
        to.addId(batch, index).add(time).add(backs[batch.pick(index)]);
    }

    private void prepare(EventPool pool) {
        backs = new byte[pool.size()][];
        for (int i = 0; i < backs.length; i++) {
            long low = (((long) i << Integer.SIZE) + pool.size() - 1) / pool.size();
            backs[i] = back(pool.eventOf(new UUID(0, low))).getBytes(StandardCharsets.UTF_8);
        }
    }

    private static String back(AuditEvent event) {
        return String.join(
                        NEXT,
                        event.outcome().text(),
                        event.severity().name(),
                        text(event.tenant()),
                        text(event.stream()),
                        text(event.actorId()),
                        text(event.action()),
                        text(event.resourceType()),
                        text(event.resourceId()),
                        text(event.attributes()))
                + "\n";
    }

    private static String text(String text) {
        return text == null
                ? NULL
                : text.replace("\\", "\\\\").replace(NEXT, "\\t").replace("\n", "\\n");
    }
}
