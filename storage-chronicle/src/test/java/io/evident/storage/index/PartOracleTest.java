package io.evident.storage.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.index.EventSet;
import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.query.TimeRange;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts against looking at every event. */
class PartOracleTest {
    private static final int FIRST_BLOCK = 17;
    private static final long FIRST_SEQUENCE = 1_000;

    private final IndexOracle oracle = new IndexOracle();
    private ActivePart active;

    private void fill(RandomEvents events, int blocks) {
        long sequence = FIRST_SEQUENCE;
        for (int i = 0; i < blocks; i++) {
            int count = 1 + events.random().nextInt(1 + events.random().nextInt(400));
            BlockReader reader = oracle.add(events.block(sequence, count), 3);
            active = active == null ? new ActivePart(2, FIRST_BLOCK, reader.block()) : active;
            assertThat(active.takes(reader.block())).isTrue();
            active.add(reader);
            sequence += count;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void findsWhatMatches(long seed) {
        RandomEvents events = new RandomEvents(seed, seed % 2 == 0 ? 20 : 5_000);
        fill(events, (int) (seed * seed * 2));
        check(active.view(), events, "in memory, seed " + seed);
    }

    private void check(IndexPart part, RandomEvents events, String hint) {
        oracle.checkPlaces(part, FIRST_BLOCK);
        for (int i = 0; i < 300; i++) {
            EventFilter filter = events.filter();
            TimeRange range = events.range();
            oracle.check(part, filter, range, hint);
            if (i % 10 == 0) {
                EventSet found = part.search(filter, range);
                for (FilterField field : FilterField.values()) {
                    oracle.checkCounts(part, field, found, hint);
                }
            }
        }
        EventSet all = part.search(EventFilter.all(TenantScope.allButSystem()), TimeRange.ALWAYS);
        oracle.checkCounts(part, FilterField.ACTOR, all, hint);
        for (long sequence = FIRST_SEQUENCE - 3; sequence < FIRST_SEQUENCE + part.events() + 3; sequence += 7) {
            oracle.checkId(part, RandomEvents.id(sequence));
        }
        oracle.checkId(part, new UUID(0, 0));
    }

    @Test
    void aViewStaysAsItIsWhileThePartGrows() {
        RandomEvents events = new RandomEvents(11, 300);
        fill(events, 20);
        IndexPart early = active.view();
        int count = early.events();
        fill(events, 0);
        long sequence = FIRST_SEQUENCE + count;
        for (int i = 0; i < 20; i++) {
            active.add(oracle.add(events.block(sequence, 300), 3));
            sequence += 300;
        }
        assertThat(early.events()).isEqualTo(count);
        for (int i = 0; i < 200; i++) {
            oracle.check(early, events.filter(), events.range(), "an early view");
        }
        oracle.checkId(early, RandomEvents.id(sequence - 1));
    }
}
