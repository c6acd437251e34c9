package io.evident.load.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PeerTableTest {
    @Test
    void tellsTheMedianOfTheRoundsWithTheLowestAndTheHighest() {
        String table = PeerTable.of(List.of(
                Results.of("evident", 1, 300_000),
                Results.of("kafka", 1, 50),
                Results.of("evident", 2, 100_000),
                Results.of("evident", 3, 200_000)));

        assertThat(table.lines())
                .contains(
                        "| evident | page cache | 200,000 | 100,000 to 300,000 | 2.00 | 20.0 (10.0 to 30.0) | 200 (100 to 300) | 3,000 | 2.50 | 0.25 | 3.50 | 0 | 0.50 | 3 | 40.0 |")
                .contains(
                        "| kafka | page cache | 50.0 | 50.0 to 50.0 | 1.00 | 10.0 (10.0 to 10.0) | 100 (100 to 100) | 1,000 | 2.50 | 0.25 | - | 0 | 0.50 | 1 | 40.0 |")
                .contains("- evident 1.2: as \"shipped\". It started with 500 to 1,500 MB of memory that held nothing."
                        + " Measured 2026-06-01, 2026-06-02, 2026-06-03 at `abc1234`.");
    }

    @Test
    void theMedianOfTwoLiesBetweenThem() {
        List<PeerResult> rounds = List.of(Results.of("a", 1, 10), Results.of("a", 2, 20));

        assertThat(PeerTable.median(rounds, PeerResult::eventsPerSecond)).isEqualTo(15);
    }

    @Test
    void oneRoundWhoseEventsAreNotAllThereMakesARowCountForNothing() {
        String table =
                PeerTable.of(List.of(Results.of("lossy", 1, 500_000), Results.of("lossy", 2, 500_000, 1_000, 0, 999)));

        assertThat(table).contains("| lossy | page cache | 0: MISMATCH |");
        assertThat(table).contains("Round 2: 1,000 receipts, 0 refused, 0 unknown, 999 read back.");
    }

    @Test
    void eventsOfWhichNobodyKnowsMayBeThereOrNot() {
        assertThat(Results.of("a", 1, 1, 1_000, 5, 1_000).isComplete()).isTrue();
        assertThat(Results.of("a", 1, 1, 1_000, 5, 1_005).isComplete()).isTrue();
        assertThat(Results.of("a", 1, 1, 1_000, 5, 1_006).isComplete()).isFalse();
        assertThat(Results.of("a", 1, 1, 1_000, 5, 999).isComplete()).isFalse();
    }
}
