package io.evident.load.peer.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.load.peer.commit.Rows;
import io.evident.load.pool.EventPool;
import io.evident.load.pool.IdSequence;
import io.evident.load.target.EventBatch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CopyEncoderTest {
    @Test
    void escapesWhatWouldEndAFieldOrARow() {
        AuditEvent event = AuditEvent.builder("acme", "anna\tb", "sign\\in")
                .resource("door", "7\n8")
                .attributes("{\"note\":\"a\\\\b\"}")
                .build();
        EventBatch batch = new EventBatch(EventPool.of(List.of(event)), new IdSequence(1, 1, 0), 1);
        batch.fill(1);
        Rows rows = new Rows();

        new CopyEncoder().append(batch, 0, rows);

        String row = new String(rows.bytes(), 0, rows.length(), StandardCharsets.UTF_8);
        assertThat(row).endsWith("\n").startsWith(batch.id(0) + "\t");
        assertThat(row.strip().split("\t", -1))
                .hasSize(11)
                .endsWith(
                        "unknown",
                        "P4_INFO",
                        "acme",
                        "\\N",
                        "anna\\tb",
                        "sign\\\\in",
                        "door",
                        "7\\n8",
                        "{\"note\":\"a\\\\\\\\b\"}");
    }
}
