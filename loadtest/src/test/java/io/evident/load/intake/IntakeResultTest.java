package io.evident.load.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class IntakeResultTest {
    private static IntakeResult result(long... commitNs) {
        Histogram commit = new Histogram(3);
        for (long ns : commitNs) {
            commit.recordValue(ns);
        }
        return new IntakeResult(2, 120_000, 99_000, commit);
    }

    @Test
    void saysInALineWhatItDid() {
        assertThat(result(1_000_000, 2_000_000, 40_000_000).text())
                .isEqualTo("120,000 events offered, 99,000 taken in: 49,500/s in 2.0 s; 3 batches, committed after"
                        + " p50 2.00 ms, p99 40.01, max 40.01");
    }

    @Test
    void saysTheSameInJson() {
        assertThat(result(1_000_000).json())
                .isEqualTo("{\"offered\":120000,\"taken\":99000,\"seconds\":2.000,\"eventsPerSecond\":49500,"
                        + "\"batches\":1,\"commitMs\":{\"p50\":1.000,\"p99\":1.000,\"max\":1.000}}");
    }

    @Test
    void saysSoWhenThereWasNoBatch() {
        assertThat(result().text()).contains(" 0 batches");
    }

    @Test
    void addsUpWhatRanBesideEachOther() {
        assertThat(result(1_000_000).with(result(2_000_000, 3_000_000)).text())
                .startsWith("240,000 events offered, 198,000 taken in: 99,000/s in 2.0 s; 3 batches,")
                .endsWith("p50 2.00 ms, p99 3.00, max 3.00");
    }
}
