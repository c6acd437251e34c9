package io.evident.pipeline.duplicate;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuplicateWindowTest {
    private static final long HOUR_MS = 3_600_000;
    private static final EventView CONTENT = Events.view(Events.standard(1).build());
    private static final EventView OTHER =
            Events.view(Events.standard(1).category("other").build());

    private final LaneCounters counters = new IntakeLedger(1).unknown().lane(null);
    private final Claim claim = new Claim();

    private Verdict claim(DuplicateWindow window, UUID id, EventView content, long nowMs) {
        return window.claim(content, id.getMostSignificantBits(), id.getLeastSignificantBits(), nowMs, claim);
    }

    private void store(DuplicateWindow window, UUID id, long sequence, long nowMs) {
        assertThat(claim(window, id, CONTENT, nowMs)).as("id %s", id).isEqualTo(Verdict.NEW);
        window.resolve(claim.handle(), 3, sequence, Lane.ELEVATED);
    }

    private JoinedDuplicate duplicate(int index) {
        return new JoinedDuplicate(new RecordingSink(), index, 1, 2, Tier.SYNCED, counters);
    }

    @Test
    void anIdGoesFromNewOverInFlightToStored() {
        DuplicateWindow window = new DuplicateWindow(1000, 24 * HOUR_MS, 42);
        UUID id = Events.id(1);

        assertThat(claim(window, id, CONTENT, 0)).isEqualTo(Verdict.NEW);
        long handle = claim.handle();
        assertThat(claim(window, id, CONTENT, 0)).isEqualTo(Verdict.IN_FLIGHT);
        assertThat(claim(window, id, OTHER, 0)).isEqualTo(Verdict.CONFLICT);
        assertThat(window.resolve(handle, 4095, (1L << 48) - 1, Lane.STANDARD)).isNull();
        assertThat(claim(window, id, CONTENT, 0)).isEqualTo(Verdict.STORED);
        assertThat(claim.shard()).isEqualTo(4095);
        assertThat(claim.sequence()).isEqualTo((1L << 48) - 1);
        assertThat(claim.lane()).isEqualTo(Lane.STANDARD);
        assertThat(claim(window, id, OTHER, 0)).isEqualTo(Verdict.CONFLICT);
        assertThat(window.count()).isEqualTo(1);
    }

    @Test
    void toExpectIdsChangesNothing() {
        DuplicateWindow window = new DuplicateWindow(1000, 24 * HOUR_MS, 42);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 100; i++) {
                window.expect(Events.view(Events.standard(i).build()), claim);
            }
            assertThat(window.count()).isEqualTo(round == 0 ? 0L : 100L);
            for (int i = 0; i < 100; i++) {
                Verdict verdict = claim(window, Events.id(i), CONTENT, 0);
                assertThat(verdict).isEqualTo(round == 0 ? Verdict.NEW : Verdict.STORED);
                if (round == 0) {
                    window.resolve(claim.handle(), 3, i, Lane.ELEVATED);
                }
            }
        }
    }

    @Test
    void aReleasedIdMayBeClaimedWithOtherContent() {
        DuplicateWindow window = new DuplicateWindow(1000, 24 * HOUR_MS, 42);
        claim(window, Events.id(1), CONTENT, 0);
        assertThat(window.release(claim.handle())).isNull();

        assertThat(claim(window, Events.id(1), OTHER, 0)).isEqualTo(Verdict.NEW);
        assertThat(claim(window, Events.id(1), OTHER, 0)).isEqualTo(Verdict.IN_FLIGHT);
        assertThat(claim(window, Events.id(1), CONTENT, 0)).isEqualTo(Verdict.CONFLICT);
    }

    /** Between a duplicate's claim and its join the first one may be given up and the id be taken for other content. */
    @Test
    void anIdReleasedInDoubtMayBeClaimedWithTheSameContentOnly() {
        DuplicateWindow window = new DuplicateWindow(100, HOUR_MS, 1);
        UUID id = Events.id(1);
        assertThat(claim(window, id, CONTENT, 0)).isEqualTo(Verdict.NEW);
        assertThat(window.releaseInDoubt(claim.handle())).isNull();

        assertThat(claim(window, id, OTHER, 0)).isEqualTo(Verdict.CONFLICT);
        assertThat(claim(window, id, CONTENT, 0)).isEqualTo(Verdict.NEW);
        // That the second sending was refused for certain settles nothing of the first.
        window.release(claim.handle());
        assertThat(claim(window, id, OTHER, 0)).isEqualTo(Verdict.CONFLICT);
        assertThat(claim(window, id, CONTENT, 0)).isEqualTo(Verdict.NEW);
        window.resolve(claim.handle(), 3, 7, Lane.STANDARD);
        assertThat(claim(window, id, CONTENT, 0)).isEqualTo(Verdict.STORED);
        assertThat(claim.sequence()).isEqualTo(7);
    }

    @Test
    void aDuplicateNeverJoinsAnEventWithOtherContent() {
        DuplicateWindow window = new DuplicateWindow(1000, 24 * HOUR_MS, 42);
        UUID id = Events.id(1);
        claim(window, id, CONTENT, 0);
        long first = claim.handle();
        Claim late = new Claim();
        assertThat(window.claim(CONTENT, id.getMostSignificantBits(), id.getLeastSignificantBits(), 0, late))
                .isEqualTo(Verdict.IN_FLIGHT);
        window.release(first);
        assertThat(claim(window, id, OTHER, 0)).isEqualTo(Verdict.NEW);

        assertThat(window.join(late, duplicate(1))).isFalse();
        assertThat(counters.inFlight()).isZero();
        assertThat(window.resolve(claim.handle(), 0, 0, Lane.STANDARD)).isNull();
        assertThat(window.claim(CONTENT, id.getMostSignificantBits(), id.getLeastSignificantBits(), 0, late))
                .isEqualTo(Verdict.CONFLICT);
    }

    @Test
    void whoJoinedIsHandedOutOnce() {
        DuplicateWindow window = new DuplicateWindow(1000, 24 * HOUR_MS, 42);
        UUID id = Events.id(1);
        claim(window, id, CONTENT, 0);
        long handle = claim.handle();
        claim(window, id, CONTENT, 0);
        JoinedDuplicate one = duplicate(1);
        JoinedDuplicate two = duplicate(2);
        assertThat(window.join(claim, one)).isTrue();
        assertThat(window.join(claim, two)).isTrue();
        assertThat(window.resolve(handle, 0, 5, Lane.STANDARD)).containsExactly(one, two);
        assertThat(window.join(claim, duplicate(3))).isFalse();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void theLastIdsAreKnownForCertain(long seed) {
        int windowIds = 2_000;
        DuplicateWindow window = new DuplicateWindow(windowIds, 24 * HOUR_MS, seed);
        Random random = new Random(seed);
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            ids.add(id);
            store(window, id, i, i);
            int back = random.nextInt(Math.min(windowIds, ids.size()));
            int asked = ids.size() - 1 - back;
            assertThat(claim(window, ids.get(asked), CONTENT, i))
                    .as("seed %d, %d ids back", seed, back)
                    .isEqualTo(Verdict.STORED);
            assertThat(claim.sequence()).isEqualTo(asked);
        }
        assertThat(window.count()).as("bounded").isLessThan(6L * windowIds);
    }

    /** Ids that only differ in step with one another must spread like any others, or a few would fill the window. */
    @Test
    void idsOfARegularPatternSpreadAsWell() {
        int windowIds = 6_400;
        DuplicateWindow window = new DuplicateWindow(windowIds, 24 * HOUR_MS, 7);
        for (int i = 0; i < windowIds; i++) {
            store(window, new UUID(i, i), i, 0);
        }
        for (int i = 0; i < windowIds; i++) {
            assertThat(claim(window, new UUID(i, i), CONTENT, 0)).as("id %d", i).isEqualTo(Verdict.STORED);
        }
    }

    /** An id that is given up and then sent again is one of the last ids, also when it was first seen long before. */
    @Test
    void anIdThatComesBackAfterItWasGivenUpIsAsYoungAsAny() {
        int windowIds = 2_000;
        DuplicateWindow window = new DuplicateWindow(windowIds, 24 * HOUR_MS, 7);
        List<UUID> back = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            UUID id = Events.id(1_000_000 + i);
            back.add(id);
            claim(window, id, CONTENT, 0);
            window.release(claim.handle());
        }
        for (int i = 0; i < 4_000; i++) {
            store(window, Events.id(i), i, 0);
        }
        for (UUID id : back) {
            store(window, id, 9, 0);
        }
        for (int i = 0; i < windowIds - 500; i++) {
            store(window, Events.id(2_000_000 + i), i, 0);
        }
        for (UUID id : back) {
            assertThat(claim(window, id, CONTENT, 0)).isEqualTo(Verdict.STORED);
        }
    }

    @Test
    void anOldGenerationIsDroppedWhenItsTimeIsOver() {
        DuplicateWindow window = new DuplicateWindow(64, HOUR_MS, 7);
        for (int i = 0; i < 20_000; i++) {
            store(window, Events.id(i), i, 1000);
        }
        long full = window.count();
        // Exactly at the age everything is still known, one later the old half goes; the young one stays.
        for (int i = 0; i < 2_000; i++) {
            claim(window, Events.id(19_999 - i), CONTENT, 1000 + HOUR_MS);
            if (claim.verdict() == Verdict.NEW) {
                window.release(claim.handle());
            }
        }
        assertThat(window.count()).isGreaterThanOrEqualTo(full - 64);
        assertThat(claim(window, Events.id(19_999), CONTENT, 1000 + HOUR_MS)).isEqualTo(Verdict.STORED);
        Set<Long> known = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            if (claim(window, Events.id(19_999 - i), CONTENT, 1001 + HOUR_MS + i) == Verdict.STORED) {
                known.add(19_999L - i);
            } else {
                window.release(claim.handle());
            }
        }
        assertThat(known).contains(19_999L);
        assertThat(window.count()).isLessThan(full);
    }

    @Test
    void aWindowFullOfIdsInFlightRefusesAndRecovers() {
        DuplicateWindow window = new DuplicateWindow(1, HOUR_MS, 7);
        Map<UUID, Long> inFlight = new HashMap<>();
        Verdict verdict = Verdict.NEW;
        int i = 0;
        while (verdict == Verdict.NEW) {
            UUID id = Events.id(i++);
            verdict = claim(window, id, CONTENT, 0);
            if (verdict == Verdict.NEW) {
                inFlight.put(id, claim.handle());
            }
        }
        assertThat(verdict).isEqualTo(Verdict.WINDOW_FULL);
        UUID refused = Events.id(i - 1);
        for (UUID id : inFlight.keySet()) {
            assertThat(claim(window, id, CONTENT, 0)).isEqualTo(Verdict.IN_FLIGHT);
        }
        inFlight.values().forEach(handle -> window.resolve(handle, 0, 1, Lane.CRITICAL));

        assertThat(claim(window, refused, CONTENT, 0)).isEqualTo(Verdict.NEW);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13})
    void itAnswersAsAMapWould(long seed) {
        Random random = new Random(seed);
        DuplicateWindow window = new DuplicateWindow(10_000, 24 * HOUR_MS, seed);
        Map<Integer, Boolean> stored = new HashMap<>();
        Map<Integer, Long> inFlight = new HashMap<>();
        Map<Integer, Boolean> contentOf = new HashMap<>();
        for (int step = 0; step < 60_000; step++) {
            int number = random.nextInt(3_000);
            boolean other = random.nextInt(4) == 0;
            UUID id = Events.id(number);
            Long handle = inFlight.get(number);
            if (handle != null && random.nextInt(3) == 0) {
                inFlight.remove(number);
                if (random.nextBoolean()) {
                    window.resolve(handle, 1, number, Lane.CRITICAL);
                    stored.put(number, true);
                } else {
                    window.release(handle);
                    contentOf.remove(number);
                }
                continue;
            }
            Verdict expected = !contentOf.containsKey(number)
                    ? Verdict.NEW
                    : contentOf.get(number) != other
                            ? Verdict.CONFLICT
                            : stored.containsKey(number) ? Verdict.STORED : Verdict.IN_FLIGHT;
            assertThat(claim(window, id, other ? OTHER : CONTENT, step))
                    .as("seed %d, step %d", seed, step)
                    .isEqualTo(expected);
            if (expected == Verdict.NEW) {
                inFlight.put(number, claim.handle());
                contentOf.put(number, other);
            } else if (expected == Verdict.STORED) {
                assertThat(claim.sequence()).isEqualTo(number);
            }
        }
    }

    @Test
    void ofManyThreadsThatClaimAnIdExactlyOneGetsIt() throws Exception {
        int threads = 4;
        int ids = 20_000;
        DuplicateWindow window = new DuplicateWindow(ids, 24 * HOUR_MS, 5);
        AtomicIntegerArray news = new AtomicIntegerArray(ids);
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread thread = new Thread(() -> {
                EventView content = Events.view(Events.standard(1).build());
                Claim own = new Claim();
                await(start);
                for (int i = 0; i < ids; i++) {
                    UUID id = Events.id(i);
                    if (window.claim(content, id.getMostSignificantBits(), id.getLeastSignificantBits(), 0, own)
                            == Verdict.NEW) {
                        news.incrementAndGet(i);
                        if (i % 2 == 0) {
                            window.resolve(own.handle(), 0, i, Lane.STANDARD);
                        }
                    }
                }
            });
            running.add(thread);
            thread.start();
        }
        for (Thread thread : running) {
            thread.join();
        }
        for (int i = 0; i < ids; i++) {
            assertThat(news.get(i)).as("id %d", i).isEqualTo(1);
        }
        assertThat(window.count()).isEqualTo(ids);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | java.util.concurrent.BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theSameIdInTwoTenantsIsTwoEvents() {
        DuplicateWindow window = new DuplicateWindow(1000, HOUR_MS, 1);
        AuditEvent.Builder other =
                AuditEvent.builder("globex", "user-17", "document.read").resource("document", "doc-9");
        store(window, Events.id(1), 1, 0);

        assertThat(claim(window, Events.id(1), Events.view(other.build()), 0)).isEqualTo(Verdict.NEW);
    }
}
