package io.evident.load.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventView;
import io.evident.load.intake.EventMix;
import io.evident.load.intake.SyntheticEvents;
import io.evident.load.target.EventBatch;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventPoolTest {
    private final List<AuditEvent> events = SyntheticEvents.list(1, 256, 0);

    @Test
    void tellsByTheIdWhichEventWasSent() {
        EventPool pool = EventPool.of(events);
        EventBatch batch = new EventBatch(pool, new IdSequence(1, 99, 3), 500);
        batch.fill(500);
        byte[] bytes = new byte[1_000];
        for (int i = 0; i < batch.count(); i++) {
            int length = batch.copy(i, bytes, 10);
            EventView view = new EventView();
            assertThat(view.wrap(bytes, 10, length)).isNull();
            assertThat(AuditEvent.of(view)).isEqualTo(pool.eventOf(batch.id(i)));
        }
    }

    @Test
    void picksTheSameEventsForTheSameSeedAndNeverGivesAnIdTwice() {
        Set<UUID> seen = new HashSet<>();
        for (int sender = 0; sender < 3; sender++) {
            for (long run : new long[] {7, 123_456_789}) {
                IdSequence ids = new IdSequence(1, run, sender);
                IdSequence again = new IdSequence(1, 5, sender);
                for (int i = 0; i < 10_000; i++) {
                    long low = ids.nextLow();
                    assertThat((int) low).isEqualTo((int) again.nextLow());
                    assertThat(seen.add(new UUID(ids.high(), low))).isTrue();
                }
            }
        }
        assertThat(seen).allMatch(id -> id.version() == 7 && id.variant() == 2);
    }

    @Test
    void givesEveryEventOfThePoolItsShare() {
        EventPool pool = EventPool.of(events.subList(0, 3));
        IdSequence ids = new IdSequence(1, 1, 0);
        int[] picked = new int[3];
        for (int i = 0; i < 30_000; i++) {
            picked[pool.indexOf(ids.nextLow())]++;
        }
        assertThat(picked).satisfies(counts -> {
            for (int count : counts) {
                assertThat(count).isBetween(9_500, 10_500);
            }
        });
    }

    @Test
    void saysHowManyTenantsAndActorsThereReallyAre() {
        EventMix mix = new EventMix("t-", 2, 1_000_000, false, 0, 0, Map.of(256, 1.0));
        List<AuditEvent> few = SyntheticEvents.list(1, mix).subList(0, 100);
        EventPool pool = EventPool.of(few);

        assertThat(pool.tenants()).isEqualTo(2);
        assertThat(pool.actors())
                .isEqualTo(few.stream().map(AuditEvent::actorId).distinct().count())
                .isBetween(90L, 100L);
    }

    @Test
    void holdsTheIdOfItsJsonAtOnePlace() {
        EventPool pool = EventPool.of(events.subList(0, 1)).withJson();

        assertThat(new String(pool.json(0), StandardCharsets.UTF_8))
                .startsWith("{\"id\":\"00000000-0000-0000-0000-000000000001\",\"tenant\":")
                .doesNotContain("\n");
        assertThat(EventPool.JSON_ID_OFFSET).isEqualTo(7);
    }
}
