package io.evident.storage.removed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was put into the rows comes out of them, over any number of pages. */
class PackedRowsTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void keepsEachNumberOfEachRow(long seed) {
        Random random = new Random(seed);
        PackedRows packed = new PackedRows();
        List<List<Long>> rows = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            packed.begin();
            List<Long> row = new ArrayList<>();
            for (int left = random.nextInt(12); left > 0; left--) {
                long number = random.nextLong() >> random.nextInt(64);
                packed.add(number);
                row.add(number);
            }
            rows.add(row);
        }
        assertThat(packed.rows()).isEqualTo(rows.size());
        for (int i = rows.size() - 1; i >= 0; i--) {
            List<Long> found = new ArrayList<>();
            PackedRows.Row row = packed.row(i);
            while (row.hasNext()) {
                found.add(row.next());
            }
            assertThat(found).as("row %d, seed %d", i, seed).isEqualTo(rows.get(i));
            assertThatThrownBy(row::next).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void keepsTheEdges(long number) {
        PackedRows packed = new PackedRows();
        packed.begin();
        packed.add(number);
        assertThat(packed.row(0).next()).isEqualTo(number);
    }

    @Test
    void refusesARowThatIsNotThere() {
        PackedRows packed = new PackedRows();
        assertThatThrownBy(() -> packed.row(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> packed.addRow(ByteBuffer.allocate(3), 4)).isInstanceOf(BufferUnderflowException.class);
        assertThatThrownBy(() -> packed.addRow(ByteBuffer.allocate(3), -1))
                .isInstanceOf(BufferUnderflowException.class);
    }
}
