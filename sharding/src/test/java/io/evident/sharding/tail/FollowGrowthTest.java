package io.evident.sharding.tail;

import static io.evident.sharding.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evident.event.Lane;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.query.LiveTail;
import io.evident.pipeline.retention.Horizon;
import io.evident.sharding.MemoryShard;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The live tail while shards are added. */
class FollowGrowthTest {
    private static final EventFilter ALL = EventFilter.all(TenantScope.allButSystem());

    private final List<MemoryShard> shards = new ArrayList<>(List.of(new MemoryShard(0)));
    private final FollowHub hub = new FollowHub(List.copyOf(shards), () -> Horizon.NONE, () -> 1);
    private final List<String> appended = new ArrayList<>();

    @AfterEach
    void closeTheHub() {
        hub.close();
    }

    private void grow() {
        MemoryShard added = new MemoryShard(shards.size());
        hub.addShards(List.of(added));
        shards.add(added);
    }

    private void append(int shard) {
        long sequence = shards.get(shard).nextSequence();
        shards.get(shard).append(Lane.STANDARD, event("acme", null, "user-1", sequence));
        appended.add(shard + "/1/" + sequence);
    }

    private void workUntilIdle() {
        int turns = 0;
        while (hub.doWork() > 0) {
            assertThat(turns++).as("turns").isLessThan(100_000);
        }
    }

    @Test
    void whoFollowsGetsWhatNewShardsHoldFromTheirStart() {
        Recorder follower = new Recorder();
        hub.follow(ALL, null, follower);
        append(0);
        grow();
        append(1);
        append(0);
        workUntilIdle();
        grow();
        append(2);
        workUntilIdle();

        assertThat(follower.identities()).containsExactlyInAnyOrderElementsOf(appended);
    }

    @Test
    void whoFollowsFromTheEndGetsNothingThatWasInAddedShardsBefore() {
        grow();
        append(1);
        appended.clear();
        Recorder follower = new Recorder();
        hub.follow(ALL, null, follower);
        append(1);
        workUntilIdle();

        assertThat(follower.identities()).isEqualTo(appended);
    }

    @Test
    void aPositionOfFewerShardsGoesOnWithoutAGapAndOneOfMoreIsRefused() {
        Recorder broken = new Recorder();
        LiveTail.Following following = hub.follow(ALL, null, broken);
        append(0);
        workUntilIdle();
        following.close();
        grow();
        append(1);
        append(0);
        Recorder resumed = new Recorder();
        hub.follow(ALL, broken.positions.get(0), resumed);
        workUntilIdle();

        assertThat(resumed.identities()).containsExactlyInAnyOrderElementsOf(appended.subList(1, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> hub.follow(ALL, "v1-0.0-0.0-0.0", new Recorder()));
        assertThatIllegalArgumentException().isThrownBy(() -> hub.follow(ALL, "v1", new Recorder()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void breakingOffAndGoingOnAnywhereNeitherMissesNorRepeats(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> got = new ArrayList<>();
        Recorder follower = new Recorder();
        LiveTail.Following following = hub.follow(ALL, "v1-0.0", follower);
        for (int step = 0; step < 300; step++) {
            int roll = random.nextInt(20);
            if (roll < 12) {
                append(random.nextInt(shards.size()));
            } else if (roll < 17) {
                hub.doWork();
            } else if (roll == 17 && shards.size() < 6) {
                grow();
            } else if (!follower.positions.isEmpty()) {
                following.close();
                got.addAll(follower.identities());
                String position = follower.positions.get(follower.positions.size() - 1);
                follower = new Recorder();
                following = hub.follow(ALL, position, follower);
            }
        }
        workUntilIdle();
        got.addAll(follower.identities());

        assertThat(got).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(appended);
    }
}
