package io.evident.sharding.tail;

import static io.evident.sharding.TestEvents.event;
import static io.evident.sharding.TestEvents.oneOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evident.event.AuditEvent;
import io.evident.event.EventField;
import io.evident.event.Lane;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.query.LiveTail;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.retention.Horizon;
import io.evident.sharding.MemoryShard;
import io.evident.sharding.TestEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FollowHubTest {
    private static final EventFilter ALL = EventFilter.all(TenantScope.allButSystem());
    private static final long SECOND_NS = 1_000_000_000L;

    private final List<MemoryShard> shards = List.of(new MemoryShard(0), new MemoryShard(1), new MemoryShard(2));
    private final AtomicLong clockNs = new AtomicLong(Long.MAX_VALUE - SECOND_NS / 2);
    private final FollowHub hub = new FollowHub(List.copyOf(shards), () -> Horizon.NONE, clockNs::get);

    @AfterEach
    void closeTheHub() {
        hub.close();
    }

    private void append(int shard, int count) {
        List<AuditEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(event("acme", null, "user-" + i, i));
        }
        shards.get(shard).append(Lane.STANDARD, events);
    }

    private void workUntilIdle() {
        int turns = 0;
        while (hub.doWork() > 0) {
            assertThat(turns++).as("turns").isLessThan(100_000);
        }
    }

    private static List<String> identities(int shard, int incarnation, long from, long to) {
        return IntStream.range((int) from, (int) to)
                .mapToObj(sequence -> shard + "/" + incarnation + "/" + sequence)
                .toList();
    }

    @Test
    void beginsWithTheNextEvent() {
        append(0, 3);
        Recorder follower = new Recorder();
        hub.follow(ALL, null, follower);
        append(0, 2);
        append(1, 1);
        workUntilIdle();

        assertThat(follower.identities()).containsExactlyInAnyOrder("0/1/3", "0/1/4", "1/1/0");
        assertThat(follower.flushes.get()).isPositive();
        assertThat(follower.unflushed.get()).as("events that wait for a flush").isZero();
        assertThat(follower.positions).doesNotHaveDuplicates().allMatch(text -> text.matches("[A-Za-z0-9._-]+"));
    }

    @Test
    void tellsOnceWhereItBeginsSoThatWhoBreaksOffBeforeTheFirstEventMissesNone() {
        append(0, 3);
        Recorder broken = new Recorder();
        LiveTail.Following following = hub.follow(ALL, null, broken);
        hub.doWork();
        hub.doWork();
        following.close();
        append(0, 2);
        append(1, 1);
        Recorder resumed = new Recorder();
        hub.follow(ALL, broken.beginnings.get(0), resumed);
        workUntilIdle();

        assertThat(broken.beginnings).hasSize(1);
        assertThat(resumed.beginnings).isEqualTo(broken.beginnings);
        assertThat(resumed.identities()).containsExactlyInAnyOrder("0/1/3", "0/1/4", "1/1/0");
    }

    @Test
    void tellsWhereItBeginsWhenItIsReady() {
        Recorder follower = new Recorder();
        follower.credit = 0;
        hub.follow(ALL, null, follower);
        append(0, 2);
        workUntilIdle();
        assertThat(follower.beginnings).isEmpty();
        follower.credit = 1;
        workUntilIdle();
        assertThat(follower.beginnings).containsExactly("v1-0.0-0.0-0.0");
        assertThat(follower.identities()).containsExactly("0/1/0");
    }

    static IntStream seeds() {
        return IntStream.range(0, 25);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void givesEachOfManyFollowersExactlyItsEventsInOrder(long seed) {
        Random random = new Random(seed);
        List<EventFilter> filters = new ArrayList<>();
        List<Recorder> followers = new ArrayList<>();
        List<List<String>> expected = new ArrayList<>();
        for (int turn = 0; turn < 120; turn++) {
            if (random.nextInt(4) == 0) {
                filters.add(randomFilter(random));
                followers.add(new Recorder());
                followers.get(followers.size() - 1).credit = random.nextInt(3) * 2;
                expected.add(new ArrayList<>());
                hub.follow(filters.get(filters.size() - 1), null, followers.get(followers.size() - 1));
            }
            appendRandom(random, filters, expected);
            followers.forEach(follower -> follower.credit += random.nextInt(4));
            IntStream.range(0, random.nextInt(3)).forEach(i -> hub.doWork());
        }
        followers.forEach(follower -> follower.credit = Integer.MAX_VALUE);
        workUntilIdle();

        for (int i = 0; i < followers.size(); i++) {
            for (MemoryShard shard : shards) {
                String prefix = shard.shard() + "/";
                assertThat(followers.get(i).identitiesOf(shard.shard()))
                        .as("shard %d for %s", shard.shard(), filters.get(i))
                        .isEqualTo(expected.get(i).stream()
                                .filter(id -> id.startsWith(prefix))
                                .toList());
            }
        }
    }

    private void appendRandom(Random random, List<EventFilter> filters, List<List<String>> expected) {
        MemoryShard shard = oneOf(random, shards);
        if (random.nextInt(10) == 0) {
            shard.nextIncarnation();
        }
        List<AuditEvent> events = IntStream.range(0, 1 + random.nextInt(6))
                .mapToObj(i -> TestEvents.random(random, 100))
                .toList();
        var block = shard.append(Lane.CRITICAL, events);
        for (int i = 0; i < filters.size(); i++) {
            for (int j = 0; j < events.size(); j++) {
                EventFilter filter = filters.get(i);
                if (filter.scope().contains(events.get(j).tenant())
                        && is(
                                filter.soleValue(FilterField.TENANT),
                                events.get(j).tenant())
                        && is(
                                filter.soleValue(FilterField.ACTION),
                                events.get(j).action())) {
                    expected.get(i).add(shard.shard() + "/" + block.incarnation() + "/" + (block.firstSequence() + j));
                }
            }
        }
    }

    private static boolean is(String wanted, String found) {
        return wanted == null || wanted.equals(found);
    }

    private static EventFilter randomFilter(Random random) {
        TenantScope scope = oneOf(
                random,
                List.of(TenantScope.allButSystem(), TenantScope.only("globex"), TenantScope.only("acme", "_system")));
        String tenant = random.nextInt(3) == 0 ? oneOf(random, TestEvents.TENANTS) : null;
        String action = random.nextBoolean() ? oneOf(random, TestEvents.ACTIONS) : null;
        EventFilter filter = EventFilter.all(scope);
        filter = tenant == null ? filter : filter.and(FilterField.TENANT, tenant);
        return action == null ? filter : filter.and(FilterField.ACTION, action);
    }

    @Test
    void resumesAfterEveryPosition() {
        Recorder first = new Recorder();
        hub.follow(ALL, null, first);
        Random random = new Random(7);
        for (int i = 0; i < 40; i++) {
            append(random.nextInt(3), 1 + random.nextInt(5));
            if (random.nextInt(6) == 0) {
                shards.get(random.nextInt(3)).nextIncarnation();
            }
            hub.doWork();
        }
        workUntilIdle();

        for (int i = 0; i < first.positions.size(); i++) {
            Recorder second = new Recorder();
            LiveTail.Following following = hub.follow(ALL, first.positions.get(i), second);
            workUntilIdle();
            following.close();
            List<String> rest = first.identities().subList(i + 1, first.events.size());
            for (MemoryShard shard : shards) {
                String prefix = shard.shard() + "/";
                assertThat(second.identitiesOf(shard.shard()))
                        .as("after %s", first.positions.get(i))
                        .isEqualTo(rest.stream()
                                .filter(id -> id.startsWith(prefix))
                                .toList());
            }
        }
    }

    @Test
    void showsWhatANewIncarnationWroteOverSequencesThatWereLost() {
        Recorder before = new Recorder();
        hub.follow(ALL, null, before);
        append(0, 4);
        append(0, 4);
        workUntilIdle();
        shards.get(0).loseLastBlocksAndRestart(1);
        append(0, 6);

        Recorder after = new Recorder();
        FollowHub restarted = new FollowHub(List.copyOf(shards), () -> Horizon.NONE, clockNs::get);
        restarted.follow(ALL, before.positions.get(7), after);
        while (restarted.doWork() > 0) {}

        assertThat(after.identities()).isEqualTo(identities(0, 2, 4, 10));
        restarted.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "v1",
                "v2-1.1-0.0-0.0",
                "v1-1.2-0.0-0.0-0.0",
                "v1-1.3-0.0-0.0",
                "v1-2.0-0.0-0.0",
                "v1-1.2-1.0-0.0",
                "v1-0.1-0.0-0.0",
                "v1-1.2-0.0-0",
                "v1-1.2-0.0-0.0.0",
                "v1-1.2-0.0-.0",
                "v1-1.2-0.0-0.-1",
                "v1-1.2-0.0-0.+0",
                "v1-1.9999999999999999999-0.0-0.0",
                "v1-99999999999999999999.0-0.0-0.0",
                "v1-1.٢-0.0-0.0",
            })
    void refusesWhatIsNoPositionOrAheadOfTheJournal(String position) {
        append(0, 2);

        assertThatIllegalArgumentException().isThrownBy(() -> hub.follow(ALL, position, new Recorder()));
        assertThat(hub.isFollowed()).isFalse();
        hub.follow(ALL, "v1-1.2-0.0-0.0", new Recorder()).close();
    }

    @Test
    void readsEachBlockOnceForAllWhoAreAtIt() {
        List<Recorder> followers =
                IntStream.range(0, 50).mapToObj(i -> new Recorder()).toList();
        followers.forEach(follower -> hub.follow(ALL, null, follower));
        for (int i = 0; i < 20; i++) {
            append(i % 3, 10);
        }
        workUntilIdle();

        assertThat(followers).allSatisfy(follower -> assertThat(follower.events).hasSize(200));
        assertThat(shards.stream().mapToInt(MemoryShard::reads).sum()).isEqualTo(20);
    }

    @Test
    void letsASlowFollowerFallBehindWithoutCostToOthersAndTellsItHowFar() {
        Recorder slow = new Recorder();
        Recorder fast = new Recorder();
        slow.credit = 3;
        hub.follow(ALL, null, slow);
        hub.follow(ALL, null, fast);
        for (int i = 0; i < 10; i++) {
            append(0, 10);
            append(1, 10);
            workUntilIdle();
        }

        assertThat(fast.events).hasSize(200);
        assertThat(slow.events).hasSize(3);
        assertThat(fast.lags).isEmpty();
        assertThat(slow.lags).as("within the first second").containsExactly(17L);
        clockNs.addAndGet(SECOND_NS - 1);
        workUntilIdle();
        assertThat(slow.lags).hasSize(1);
        clockNs.addAndGet(1);
        workUntilIdle();
        assertThat(slow.lags).containsExactly(17L, 197L);

        slow.credit = Integer.MAX_VALUE;
        workUntilIdle();
        assertThat(slow.identitiesOf(0)).isEqualTo(identities(0, 1, 0, 100));
        assertThat(slow.identitiesOf(1)).isEqualTo(identities(1, 1, 0, 100));
        clockNs.addAndGet(SECOND_NS);
        workUntilIdle();
        assertThat(slow.lags).as("no word while it is at the end").hasSize(2);
    }

    @Test
    void doesNotReadABlockAgainForAFollowerThatTakesOneEventAtATime() {
        Recorder slow = new Recorder();
        hub.follow(ALL, null, slow);
        append(0, 100);
        for (slow.credit = 1; slow.credit <= 100; slow.credit++) {
            hub.doWork();
            assertThat(slow.events).hasSize(slow.credit);
        }

        assertThat(shards.get(0).reads()).isEqualTo(1);
        assertThat(slow.identities()).isEqualTo(identities(0, 1, 0, 100));
    }

    @Test
    void offersNothingAfterTheFollowingIsClosed() {
        Recorder follower = new Recorder();
        LiveTail.Following following = hub.follow(ALL, null, follower);
        append(0, 1);
        workUntilIdle();
        following.close();
        following.close();
        append(0, 1);
        workUntilIdle();

        assertThat(follower.events).hasSize(1);
        assertThat(hub.isFollowed()).isFalse();
    }

    @Test
    void aFollowerMayCloseItsFollowingFromWithin() {
        List<LiveTail.Following> following = new ArrayList<>();
        Recorder follower = new Recorder() {
            @Override
            public void event(StoredEvent event, String position) {
                super.event(event, position);
                following.get(0).close();
            }
        };
        following.add(hub.follow(ALL, null, follower));
        append(0, 5);
        workUntilIdle();

        assertThat(follower.events).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"isReady", "event", "flush", "lag"})
    void endsOnlyTheFollowingWhoseFollowerFails(String method) {
        Recorder good = new Recorder();
        Failing bad = new Failing(method);
        hub.follow(ALL, null, bad);
        hub.follow(ALL, null, good);
        append(0, 3);
        append(0, 3);
        workUntilIdle();
        append(0, 3);
        workUntilIdle();

        assertThat(good.identities()).isEqualTo(identities(0, 1, 0, 9));
        assertThat(bad.calls).isEqualTo(1);
    }

    /** Fails in one method, at its first call. */
    private static final class Failing implements LiveTail.Follower {
        private int calls;
        private final String method;

        Failing(String method) {
            this.method = method;
        }

        private void failIn(String current) {
            if (current.equals(method)) {
                calls++;
                throw new IllegalStateException("failed in " + method);
            }
        }

        @Override
        public boolean isReady() {
            failIn("isReady");
            return true;
        }

        @Override
        public void event(StoredEvent event, String position) {
            failIn("event");
        }

        @Override
        public void lag(long eventsBehind) {
            failIn("lag");
        }

        @Override
        public void flush() {
            failIn("flush");
        }
    }

    @Test
    void waitsInFrontOfADamagedBlockAndTriesAgainEachSecond() {
        Recorder follower = new Recorder();
        hub.follow(ALL, null, follower);
        append(0, 2);
        append(0, 2);
        append(1, 2);
        shards.get(0).damage(shards.get(0).block(1));
        workUntilIdle();
        int reads = shards.get(0).reads();
        workUntilIdle();

        assertThat(follower.identities()).containsExactlyInAnyOrder("0/1/0", "0/1/1", "1/1/0", "1/1/1");
        assertThat(shards.get(0).reads()).as("reads within the second").isEqualTo(reads);
        clockNs.addAndGet(SECOND_NS);
        workUntilIdle();
        assertThat(follower.lags).endsWith(2L);
        shards.get(0).repair();
        clockNs.addAndGet(SECOND_NS);
        workUntilIdle();
        assertThat(follower.identitiesOf(0)).isEqualTo(identities(0, 1, 0, 4));
    }

    @Test
    void contract8_neverShowsAnotherTenant() {
        Recorder acme = new Recorder();
        Recorder everyone = new Recorder();
        Recorder system = new Recorder();
        hub.follow(EventFilter.all(TenantScope.only("acme")), null, acme);
        hub.follow(ALL, null, everyone);
        hub.follow(EventFilter.all(TenantScope.only("_system")), null, system);
        Random random = new Random(3);
        for (int i = 0; i < 60; i++) {
            shards.get(i % 3).append(Lane.STANDARD, TestEvents.random(random, 5));
        }
        workUntilIdle();

        assertThat(tenants(acme)).containsExactly("acme");
        assertThat(tenants(everyone)).containsExactlyInAnyOrder("acme", "globex");
        assertThat(tenants(system)).containsExactly("_system");
    }

    private static List<String> tenants(Recorder follower) {
        return follower.events.stream()
                .map(stored -> stored.event().text(EventField.TENANT))
                .distinct()
                .toList();
    }
}
