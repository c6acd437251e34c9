package io.evident.pipeline.duplicate;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.pipeline.duplicate.Claim.Verdict;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.RecordingSink;
import io.evident.pipeline.ledger.IntakeLedger;
import io.evident.pipeline.ledger.LaneCounters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events that stay in flight while the window turns again and again, as when one shard's disk hangs. */
class LongInFlightTest {
    private static final long HOUR_MS = 3_600_000;
    private static final int WINDOW_IDS = 1_000;
    private static final int HANGING = 64 * 4;
    private static final EventView CONTENT = Events.view(Events.standard(1).build());
    private static final EventView OTHER =
            Events.view(Events.standard(1).category("other").build());

    private final LaneCounters counters = new IntakeLedger(1).unknown().lane(null);
    private final Claim claim = new Claim();
    private final DuplicateWindow window = new DuplicateWindow(WINDOW_IDS, HOUR_MS, 42);
    private final Map<Integer, Long> hanging = new HashMap<>();
    private long nextId = 1_000_000;

    private Verdict claim(long number, EventView content) {
        UUID id = Events.id(number);
        return window.claim(content, id.getMostSignificantBits(), id.getLeastSignificantBits(), 0, claim);
    }

    private void hang(int number) {
        assertThat(claim(number, CONTENT)).as("id %d", number).isEqualTo(Verdict.NEW);
        hanging.put(number, claim.handle());
    }

    private void hangAll() {
        for (int i = 0; i < HANGING; i++) {
            hang(i);
        }
    }

    /** Stores so many other events. */
    private void goOn(int events) {
        for (int i = 0; i < events; i++) {
            assertThat(claim(nextId++, CONTENT)).as("event %d", i).isEqualTo(Verdict.NEW);
            window.resolve(claim.handle(), 1, i, Lane.STANDARD);
        }
    }

    private JoinedDuplicate duplicate(int index) {
        return new JoinedDuplicate(new RecordingSink(), index, 1, 2, Tier.SYNCED, counters);
    }

    @Test
    void contract5_newIdsAreClaimedHoweverLongOthersAreInFlight() {
        hangAll();

        goOn(60_000);

        assertThat(window.count()).as("bounded").isLessThan(10L * WINDOW_IDS);
    }

    @Test
    void idsInFlightAreKnownAsDuplicatesAndSettleAsTheyWould() {
        hangAll();
        goOn(60_000);
        for (int i = 0; i < HANGING; i++) {
            assertThat(claim(i, OTHER)).as("id %d", i).isEqualTo(Verdict.CONFLICT);
            assertThat(claim(i, CONTENT)).as("id %d", i).isEqualTo(Verdict.IN_FLIGHT);
            assertThat(claim.handle()).as("id %d", i).isEqualTo(hanging.get(i));
        }
        for (int i = 0; i < HANGING; i++) {
            long handle = hanging.get(i);
            switch (i % 3) {
                case 0 ->
                    assertThat(window.resolve(handle, 3, 77L + i, Lane.CRITICAL))
                            .isNull();
                case 1 -> assertThat(window.release(handle)).isNull();
                default -> assertThat(window.releaseInDoubt(handle)).isNull();
            }
        }
        for (int i = 0; i < HANGING; i++) {
            assertThat(claim(i, OTHER)).as("id %d", i).isEqualTo(i % 3 == 1 ? Verdict.NEW : Verdict.CONFLICT);
            if (i % 3 != 1) {
                assertThat(claim(i, CONTENT)).as("id %d", i).isEqualTo(i % 3 == 0 ? Verdict.STORED : Verdict.NEW);
            }
            if (i % 3 == 0) {
                assertThat(claim.shard()).isEqualTo(3);
                assertThat(claim.sequence()).isEqualTo(77L + i);
                assertThat(claim.lane()).isEqualTo(Lane.CRITICAL);
            }
        }
    }

    @Test
    void whoJoinsBeforeAndAfterAreAllHandedOut() {
        hangAll();
        UUID id = Events.id(7);
        Claim waiting = new Claim();
        List<JoinedDuplicate> joined = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            assertThat(window.claim(CONTENT, id.getMostSignificantBits(), id.getLeastSignificantBits(), 0, waiting))
                    .isEqualTo(Verdict.IN_FLIGHT);
            joined.add(duplicate(round));
            assertThat(window.join(waiting, joined.get(round))).isTrue();
            goOn(20_000);
        }
        // Asked for before the last turns: it has not been answered meanwhile.
        joined.add(duplicate(3));
        assertThat(window.join(waiting, joined.get(3))).isTrue();

        assertThat(window.resolve(hanging.get(7), 0, 5, Lane.STANDARD)).containsExactlyElementsOf(joined);
        assertThat(window.join(waiting, duplicate(4))).isFalse();
    }

    @Test
    void theLastIdsAreKnownForCertainBesideThem() {
        hangAll();
        for (int round = 0; round < 30; round++) {
            long first = nextId;
            goOn(WINDOW_IDS);
            for (long id = first; id < nextId; id++) {
                assertThat(claim(id, CONTENT)).as("round %d, id %d", round, id).isEqualTo(Verdict.STORED);
            }
        }
    }

    /** More than a window is laid out for cannot be carried along: then new ids are refused until something settles. */
    @Test
    void contract7_tooManyInFlightRefuseNewIdsUntilTheySettle() {
        int inFlight = 0;
        while (claim(inFlight, CONTENT) == Verdict.NEW) {
            hanging.put(inFlight++, claim.handle());
        }
        assertThat(claim.verdict()).isEqualTo(Verdict.WINDOW_FULL);
        assertThat(inFlight).isGreaterThan(WINDOW_IDS);

        hanging.values().forEach(handle -> window.resolve(handle, 0, 1, Lane.CRITICAL));
        goOn(20_000);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itAnswersAsAMapWould(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < 3_000; step++) {
            int number = random.nextInt(HANGING);
            String where = "seed " + seed + ", step " + step + ", id " + number;
            Long handle = hanging.get(number);
            if (handle == null) {
                // What was settled may be forgotten by now, or be there still.
                if (claim(number, CONTENT) == Verdict.NEW) {
                    hanging.put(number, claim.handle());
                } else {
                    assertThat(claim.verdict()).as(where).isEqualTo(Verdict.STORED);
                    assertThat(claim.sequence()).as(where).isEqualTo(number);
                }
            } else if (random.nextInt(3) > 0) {
                assertThat(claim(number, OTHER)).as(where).isEqualTo(Verdict.CONFLICT);
                assertThat(claim(number, CONTENT)).as(where).isEqualTo(Verdict.IN_FLIGHT);
                assertThat(claim.handle()).as(where).isEqualTo(handle);
            } else if (random.nextBoolean()) {
                window.resolve(hanging.remove(number), 2, number, Lane.ELEVATED);
                assertThat(claim(number, CONTENT)).as(where).isEqualTo(Verdict.STORED);
            } else {
                window.release(hanging.remove(number));
                assertThat(claim(number, OTHER)).as(where).isEqualTo(Verdict.NEW);
                window.release(claim.handle());
            }
            goOn(random.nextInt(100));
        }
    }
}
