package io.evident.sharding.tail;

import static io.evident.sharding.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.query.LiveTail;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.retention.Horizon;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.sharding.MemoryShard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The live tail beside events that expire, and that are removed. */
class FollowRetentionTest {
    private static final EventFilter ALL = EventFilter.all(TenantScope.allButSystem());
    private static final EventFilter GLOBEX = EventFilter.all(TenantScope.only("globex"));
    private static final String START = "v1-0.0-0.0";

    private final List<MemoryShard> shards = List.of(new MemoryShard(0), new MemoryShard(1));
    private Horizon horizon = Horizon.NONE;
    private final FollowHub hub = new FollowHub(List.copyOf(shards), () -> horizon, () -> 1);

    @AfterEach
    void closeTheHub() {
        hub.close();
    }

    private void append(int shard, String... tenants) {
        List<AuditEvent> events = new ArrayList<>();
        for (String tenant : tenants) {
            events.add(event(tenant, null, "user-1", 1));
        }
        shards.get(shard).append(Lane.STANDARD, events);
    }

    private void expire(ShardHorizon first, ShardHorizon second) {
        horizon = new Horizon(horizon.version() + 1, List.of(first, second));
    }

    private int workUntilIdle() {
        int turns = 0;
        while (hub.doWork() > 0) {
            assertThat(turns++).as("turns").isLessThan(100_000);
        }
        return turns;
    }

    @Test
    void whoResumesFromAnOldPositionIsNotOfferedWhatHasExpired() {
        append(0, "acme", "globex", "acme");
        append(0, "globex", "acme");
        append(1, "acme", "globex");
        expire(new ShardHorizon(0, Map.of("acme", 4L)), new ShardHorizon(1, Map.of()));
        Recorder all = new Recorder();
        Recorder globex = new Recorder();
        hub.follow(ALL, START, all);
        hub.follow(GLOBEX, START, globex);
        workUntilIdle();
        assertThat(all.identities()).containsExactlyInAnyOrder("0/1/1", "0/1/3", "0/1/4", "1/1/1");
        assertThat(globex.identities()).containsExactlyInAnyOrder("0/1/1", "0/1/3", "1/1/1");
    }

    @Test
    void whoIsSlowIsNotOfferedWhatHasExpiredMeanwhileInTheBlockItIsAt() {
        append(0, "acme", "acme", "acme", "acme");
        Recorder slow = new Recorder();
        slow.credit = 1;
        hub.follow(ALL, START, slow);
        workUntilIdle();
        expire(new ShardHorizon(3, Map.of()), ShardHorizon.NONE);
        slow.credit = 10;
        workUntilIdle();
        assertThat(slow.identities()).containsExactly("0/1/0", "0/1/3");
    }

    @Test
    void readsNothingOfBlocksInWhichAllHasExpiredAlsoWhereTheyCannotBeRead() {
        append(0, "acme", "globex");
        append(0, "acme");
        append(0, "acme");
        shards.get(0).damage(shards.get(0).block(0));
        expire(new ShardHorizon(3, Map.of()), ShardHorizon.NONE);
        Recorder follower = new Recorder();
        hub.follow(ALL, START, follower);
        workUntilIdle();
        assertThat(follower.identities()).containsExactly("0/1/3");
        assertThat(shards.get(0).reads()).isEqualTo(1);
    }

    @Test
    void passesByBlocksThatAreGoneInOneTurn() {
        for (int i = 0; i < 1_000; i++) {
            append(0, "acme");
        }
        shards.get(0).nextIncarnation();
        append(0, "acme");
        expire(new ShardHorizon(1_000, Map.of()), ShardHorizon.NONE);
        IntStream.range(0, 1_000).forEach(shards.get(0)::free);
        Recorder follower = new Recorder();
        hub.follow(ALL, START, follower);
        assertThat(workUntilIdle()).isLessThan(3);
        assertThat(follower.identities()).containsExactly("0/2/1000");
    }

    @Test
    void aPositionBehindBlocksThatAreGoneIsOneToResumeFrom() {
        append(0, "acme");
        append(0, "acme");
        append(1, "acme");
        expire(new ShardHorizon(2, Map.of()), ShardHorizon.NONE);
        shards.get(0).free(0);
        shards.get(0).free(1);
        Recorder follower = new Recorder();
        LiveTail.Following following = hub.follow(ALL, START, follower);
        workUntilIdle();
        following.close();
        assertThat(follower.positions).containsExactly("v1-1.2-1.1");
        append(0, "acme");
        Recorder resumed = new Recorder();
        hub.follow(ALL, follower.positions.get(0), resumed);
        workUntilIdle();
        assertThat(resumed.identities()).containsExactly("0/1/2");
    }

    @Test
    void aBlockThatIsHeldAndGoneMeanwhileIsNotTakenForAnother() {
        append(0, "acme", "acme");
        append(0, "globex", "globex");
        Recorder first = new Recorder();
        hub.follow(ALL, START, first);
        hub.doWork();
        // Its reader has the bytes of the block before, and nobody knows yet that the next one need not be looked at.
        shards.get(0).empty(1);
        hub.doWork();
        Recorder second = new Recorder();
        hub.follow(ALL, "v1-1.2-0.0", second);
        workUntilIdle();
        assertThat(first.identities()).containsExactly("0/1/0", "0/1/1");
        assertThat(second.identities()).isEmpty();
        append(0, "globex");
        workUntilIdle();
        assertThat(second.identities()).containsExactly("0/1/4");
    }

    static IntStream seeds() {
        return IntStream.range(0, 30);
    }

    /** Whoever breaks off and goes on at any moment gets each event once, unless it had expired when its turn came. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void missesNothingThatIsKeptAndShowsNothingThatHadExpired(long seed) {
        Random random = new Random(seed);
        List<String> tenants = List.of("acme", "globex", "_system");
        List<String> expected = new ArrayList<>();
        List<String> got = new ArrayList<>();
        Checked follower = new Checked();
        LiveTail.Following following = hub.follow(ALL, START, follower);
        for (int step = 0; step < 400; step++) {
            int roll = random.nextInt(20);
            int shard = random.nextInt(2);
            if (roll < 10) {
                List<String> block = new ArrayList<>();
                for (int i = random.nextInt(4); i < 4; i++) {
                    block.add(tenants.get(random.nextInt(3)));
                }
                long first = shards.get(shard).nextSequence();
                append(shard, block.toArray(String[]::new));
                for (int i = 0; i < block.size(); i++) {
                    if (!block.get(i).equals("_system")) {
                        expected.add(block.get(i) + " " + shard + "/1/" + (first + i));
                    }
                }
            } else if (roll < 15) {
                follower.credit += random.nextInt(5);
                hub.doWork();
            } else if (roll < 18) {
                moveAndFree(random);
            } else if (!follower.positions.isEmpty()) {
                following.close();
                got.addAll(follower.named());
                String position = follower.positions.get(follower.positions.size() - 1);
                follower = new Checked();
                following = hub.follow(ALL, position, follower);
            }
        }
        follower.credit = Integer.MAX_VALUE;
        workUntilIdle();
        got.addAll(follower.named());
        assertThat(got).as("seed %d", seed).doesNotHaveDuplicates().isSubsetOf(expected);
        assertThat(got)
                .as("seed %d", seed)
                .containsAll(expected.stream().filter(this::isKept).toList());
    }

    private boolean isKept(String named) {
        String[] parts = named.split("[ /]", 4);
        return Long.parseLong(parts[3])
                >= horizon.of(Integer.parseInt(parts[1])).of(parts[0]);
    }

    private void moveAndFree(Random random) {
        List<ShardHorizon> next = new ArrayList<>();
        for (MemoryShard shard : shards) {
            ShardHorizon now = horizon.of(shard.shard());
            long end = shard.nextSequence();
            next.add(new ShardHorizon(
                    Math.min(end, now.ofOthers() + random.nextInt(6)),
                    Map.of(
                            "acme", Math.min(end, now.of("acme") + random.nextInt(9)),
                            "_system", Math.min(end, now.of("_system") + random.nextInt(9)))));
        }
        horizon = new Horizon(horizon.version() + 1, next);
        for (MemoryShard shard : shards) {
            ShardHorizon now = horizon.of(shard.shard());
            long all = Math.min(Math.min(now.of("acme"), now.of("globex")), now.of("_system"));
            for (int block = 0; block < shard.blockCount() && shard.block(block).lastSequence() < all; block++) {
                if (random.nextInt(3) == 0) {
                    shard.empty(block);
                } else {
                    shard.free(block);
                }
            }
        }
    }

    /** Is never offered what has expired. */
    private final class Checked extends Recorder {
        Checked() {
            credit = 0;
        }

        @Override
        public void event(StoredEvent event, String position) {
            assertThat(horizon.of(event.shard()).hides(event.event(), event.sequence()))
                    .isFalse();
            super.event(event, position);
        }

        List<String> named() {
            List<String> ids = identities();
            return IntStream.range(0, ids.size())
                    .mapToObj(i -> AuditEvent.of(events.get(i).event()).tenant() + " " + ids.get(i))
                    .toList();
        }
    }
}
