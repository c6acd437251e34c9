package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.event.Tier;
import io.evident.pipeline.fixture.Answer;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.MemoryJournal.Remains;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.ledger.LaneCounters;
import io.evident.pipeline.ledger.TenantCounters;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void contract3_everyEventIsExplainedPerTenantAndLane(long seed) {
        Random random = new Random(seed);
        Road road = Road.open(Road.config(4, 8, 8), 2);
        if (seed % 2 == 0) {
            road.journals.get(0).failAppend(20, new IOException("disk"), Remains.NOTHING);
            road.journals.get(1).failForce(15, new IOException("disk"));
        }
        int offered = 3_000;
        for (int i = 0; i < offered; i++) {
            road.offer(event(random), Tier.values()[random.nextInt(3)]);
            if (random.nextInt(4) == 0) {
                road.clock.advanceNs(random.nextInt(1_000_000));
                road.work();
            }
            assertThat(road.imbalances()).as("seed %d, event %d", seed, i).isEmpty();
        }
        road.settle();

        assertThat(road.imbalances()).isEmpty();
        assertThat(road.sink.count()).isEqualTo(offered);
        assertThat(road.sink.unflushed()).isEmpty();
        assertThat(road.pipeline.ledger().total(LaneCounters::inFlight)).isZero();
        assertThat(road.pipeline.ledger().total(LaneCounters::received)).isEqualTo(offered);
        long stored = road.journals.stream()
                .mapToLong(journal -> journal.events().size())
                .sum();
        assertThat(road.pipeline.ledger().total(LaneCounters::stored)).isEqualTo(stored);
        for (TenantCounters tenant : road.pipeline.ledger().all()) {
            long ofTenant = road.journals.stream()
                    .flatMap(journal -> journal.events().values().stream())
                    .filter(event -> event.tenant().equals(tenant.tenant()))
                    .count();
            long counted = tenant.lane(null).stored();
            for (Lane lane : Lane.values()) {
                counted += tenant.lane(lane).stored();
            }
            assertThat(counted).as(tenant.tenant()).isEqualTo(ofTenant);
        }
        if (seed % 2 == 1) {
            long refusals = road.sink.inOrder().stream()
                    .filter(answer -> !answer.isReceipt())
                    .count();
            assertThat(road.pipeline.ledger().total(LaneCounters::refused)).isEqualTo(refusals);
            long duplicates =
                    road.sink.inOrder().stream().filter(Answer::duplicate).count();
            assertThat(road.pipeline.ledger().total(LaneCounters::duplicate)).isEqualTo(duplicates);
        }
    }

    private static EventView event(Random random) {
        if (random.nextInt(15) == 0) {
            return Events.withoutTenant(random.nextInt(1_500));
        }
        String tenant = switch (random.nextInt(12)) {
            case 0 -> "_system";
            default -> "tenant-" + random.nextInt(4);
        };
        AuditEvent.Builder event = AuditEvent.builder(tenant, "u", "a")
                .id(Events.id(random.nextInt(1_500)))
                .timeNs(1)
                .resource("t", "r");
        int kind = random.nextInt(10);
        if (kind == 0) {
            event.severity(Severity.P0_CRITICAL);
        } else if (kind < 3) {
            event.labels("pci");
        }
        return Events.view(event.build());
    }

    @Test
    void tenantsBeyondTheLimitAreCountedTogether() {
        Road road = Road.open();
        for (int i = 0; i < 20; i++) {
            road.offer(
                    AuditEvent.builder("tenant-" + i, "u", "a")
                            .resource("t", "r")
                            .build(),
                    Tier.JOURNALED);
        }
        road.settle();

        assertThat(road.pipeline.ledger().all()).hasSize(1 + 16);
        assertThat(road.pipeline.ledger().unknown().lane(Lane.STANDARD).stored())
                .isEqualTo(4);
        assertThat(road.pipeline.ledger().total(Lane.STANDARD, LaneCounters::stored))
                .isEqualTo(20);
        assertThat(road.pipeline.ledger().total(c -> c.refused(RefusalReason.LANE_FULL)))
                .isZero();
    }
}
