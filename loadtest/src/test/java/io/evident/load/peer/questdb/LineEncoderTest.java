package io.evident.load.peer.questdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.load.peer.commit.Rows;
import io.evident.load.pool.EventPool;
import io.evident.load.pool.IdSequence;
import io.evident.load.target.EventBatch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LineEncoderTest {
    @Test
    void escapesWhatWouldEndASymbolOrAText() {
        AuditEvent event = AuditEvent.builder("acme, inc=1", "anna \"b\"", "sign in")
                .resource("door", "7\\8")
                .build();
        EventBatch batch = new EventBatch(EventPool.of(List.of(event)), new IdSequence(1, 1, 0), 1);
        batch.fill(1);
        Rows rows = new Rows();

        new LineEncoder().append(batch, 0, rows);

        assertThat(new String(rows.bytes(), 0, rows.length(), StandardCharsets.UTF_8))
                .isEqualTo("events,tenant=acme\\,\\ inc\\=1,action=sign\\ in,outcome=unknown,severity=P4_INFO,type=door"
                        + " id=\"" + batch.id(0) + "\",stream=\"\",actor=\"anna \\\"b\\\"\",resource=\"7\\\\8\","
                        + "attributes=\"\"\n");
    }
}
