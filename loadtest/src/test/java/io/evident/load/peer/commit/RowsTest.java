package io.evident.load.peer.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.load.intake.SyntheticEvents;
import io.evident.load.pool.EventPool;
import io.evident.load.pool.IdSequence;
import io.evident.load.target.EventBatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class RowsTest {
    private final Rows rows = new Rows();

    @Test
    void writesIdsAsUuidsAreWritten() {
        EventBatch batch = batch(100);

        for (int i = 0; i < batch.count(); i++) {
            rows.addId(batch, i).add('\n');
        }

        assertThat(text().lines())
                .containsExactlyElementsOf(java.util.stream.IntStream.range(0, 100)
                        .mapToObj(i -> batch.id(i).toString())
                        .toList());
    }

    @Test
    void growsAndKeepsWhatIsThere() {
        EventBatch batch = batch(1_000);

        for (int i = 0; i < batch.count(); i++) {
            rows.addLittleEndian(batch.length(i)).addEvent(batch, i);
        }

        assertThat(rows.length()).isEqualTo(batch.sizeBytes() + 1_000 * Integer.BYTES);
        assertThat(Arrays.copyOfRange(rows.bytes(), 4, 4 + batch.length(0))).isEqualTo(batch.bytes(0));
        assertThat(Arrays.copyOfRange(rows.bytes(), rows.length() - batch.length(999), rows.length()))
                .isEqualTo(batch.bytes(999));
    }

    @Test
    void writesNumbersInDecimalAndLeastByteFirst() {
        rows.addDecimal(-120).addLittleEndian(0x0403_0201);

        assertThat(Arrays.copyOf(rows.bytes(), rows.length())).isEqualTo(new byte[] {'-', '1', '2', '0', 1, 2, 3, 4});
    }

    static EventBatch batch(int events) {
        EventBatch batch =
                new EventBatch(EventPool.of(SyntheticEvents.list(1, 256, 0)), new IdSequence(1, 7, 0), events);
        batch.fill(events);
        return batch;
    }

    private String text() {
        return new String(rows.bytes(), 0, rows.length(), StandardCharsets.UTF_8);
    }
}
