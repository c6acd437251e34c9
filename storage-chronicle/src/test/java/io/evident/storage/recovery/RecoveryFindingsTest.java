package io.evident.storage.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.storage.segment.SegmentName;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RecoveryFindingsTest {
    private final RecoveryFindings findings = new RecoveryFindings(0);

    private RecoveryReport report() {
        return findings.about(0, 0, new TakenBlocks(0, findings), System.nanoTime());
    }

    @Test
    void contract10_whatIsSeriousCountsAlsoWhenItIsNotListedAnyMore() {
        for (int i = 0; i < RecoveryReport.MAX_LISTED; i++) {
            findings.seal(new SegmentName(1, i), "it is damaged");
        }
        assertThat(report().hasSeriousDamage()).isFalse();
        findings.unreadable("2-0", new IOException("Input/output error"));
        assertThat(report().damage()).hasSize(RecoveryReport.MAX_LISTED);
        assertThat(report().damageCount()).isEqualTo(RecoveryReport.MAX_LISTED + 1);
        assertThat(report().seriousCount()).isEqualTo(1);
        assertThat(report().hasSeriousDamage()).isTrue();
    }
}
