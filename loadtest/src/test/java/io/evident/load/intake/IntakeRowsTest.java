package io.evident.load.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.load.dataset.DataSet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IntakeRowsTest {
    private static final long TIME_NS = 1_795_342_530_123_456_789L;
    private static final String TIME = "2026-11-22T10:15:30.123456789Z";
    private static final int COLUMNS = 17;
    private static final int TENANT = 5;

    private static String[] lines(byte[] rows) {
        return new String(rows, StandardCharsets.UTF_8).split("\n", -1);
    }

    @Test
    void writesTheSameRowAsTheDataSetsWriterDoes() {
        AuditEvent event = new DataSet(1, 100).event(7);

        String row = lines(new IntakeRows(List.of(event), 1).next(1, event.timeNs()))[0];

        StringBuilder expected = new StringBuilder();
        CopyRows.append(expected, event);
        String[] columns = row.split("\t", -1);
        columns[0] = event.id().toString();
        assertThat(String.join("\t", columns) + '\n').hasToString(expected.toString());
    }

    @Test
    void givesEachRowAnIdOfItsOwnAndAllTheBatchsTime() {
        IntakeRows rows = new IntakeRows(SyntheticEvents.list(1, 256, 0), 1);
        Set<String> ids = new HashSet<>();

        for (int batch = 0; batch < 3; batch++) {
            String[] lines = lines(rows.next(5_000, TIME_NS));
            assertThat(lines).hasSize(5_001).endsWith("");
            for (String line : Arrays.copyOf(lines, 5_000)) {
                String[] columns = line.split("\t", -1);
                assertThat(columns).hasSize(COLUMNS);
                assertThat(columns[1]).isEqualTo(TIME).isEqualTo(columns[2]);
                assertThat(ids.add(columns[0])).isTrue();
            }
        }
        UUID id = UUID.fromString(ids.iterator().next());
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(TIME_NS / 1_000_000);
    }

    @Test
    void drawsOtherIdsWithAnotherSeed() {
        List<AuditEvent> events = SyntheticEvents.list(1, 256, 0);

        assertThat(new IntakeRows(events, 1).next(1, TIME_NS)).isNotEqualTo(new IntakeRows(events, 2).next(1, TIME_NS));
    }

    @Test
    void changesNoAnswerAboutTheDataSet() {
        // All questions but those by id name a tenant of the data set, whose times end before any other's begin.
        for (String line : lines(new IntakeRows(SyntheticEvents.list(1, 256, 0), 1).next(1_000, TIME_NS))) {
            assertThat(line.isEmpty() || line.split("\t", -1)[TENANT].startsWith(SyntheticEvents.TENANT_PREFIX))
                    .isTrue();
        }
        assertThat(SyntheticEvents.TENANT_PREFIX).doesNotStartWith(DataSet.TENANT_PREFIX);
    }

    @Test
    void hasNothingToEscape() {
        for (AuditEvent event : SyntheticEvents.list(3, 256, 0.5)) {
            StringBuilder row = new StringBuilder();
            CopyRows.appendBehindTimes(row, event);
            assertThat(row.toString().replace("\\N", "")).doesNotContain("\\");
        }
    }
}
