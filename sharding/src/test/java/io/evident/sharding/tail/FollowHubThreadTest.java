package io.evident.sharding.tail;

import static io.evident.sharding.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.retention.Horizon;
import io.evident.sharding.MemoryShard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The hub on its own thread, beside writers. */
class FollowHubThreadTest {
    private static final EventFilter ALL = EventFilter.all(TenantScope.allButSystem());

    private final List<MemoryShard> shards = List.of(new MemoryShard(0), new MemoryShard(1), new MemoryShard(2));
    private final FollowHub hub = new FollowHub(List.copyOf(shards), () -> Horizon.NONE, System::nanoTime);

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

    private static List<String> identities(int shard, long from, long to) {
        return IntStream.range((int) from, (int) to)
                .mapToObj(sequence -> shard + "/1/" + sequence)
                .toList();
    }

    @Test
    void showsEveryEventOnceAndInOrderWhileShardsAreAppendedTo() throws InterruptedException {
        int blocks = 150;
        shards.forEach(shard -> shard.listener(hub));
        hub.start();
        List<Recorder> followers =
                IntStream.range(0, 8).mapToObj(i -> new Recorder()).toList();
        List<Thread> writers = new ArrayList<>();
        for (MemoryShard shard : shards) {
            Thread writer = new Thread(() -> {
                for (int i = 0; i < blocks; i++) {
                    append(shard.shard(), 1 + i % 3);
                }
            });
            writers.add(writer);
        }
        followers.forEach(follower -> hub.follow(ALL, null, follower));
        writers.forEach(Thread::start);
        List<Recorder> late =
                IntStream.range(0, 8).mapToObj(i -> new Recorder()).toList();
        late.forEach(follower -> hub.follow(ALL, null, follower));
        for (Thread writer : writers) {
            writer.join();
        }
        shards.forEach(shard -> append(shard.shard(), 1));

        long perShard = shards.get(0).nextSequence();
        for (Recorder follower : followers) {
            await().pollInterval(Duration.ofMillis(2)).until(() -> follower.events.size() == 3 * perShard);
        }
        for (MemoryShard shard : shards) {
            String last = shard.shard() + "/1/" + (perShard - 1);
            for (Recorder follower : late) {
                await().pollInterval(Duration.ofMillis(2))
                        .until(() -> follower.identitiesOf(shard.shard()).contains(last));
            }
            Stream.concat(followers.stream(), late.stream()).forEach(follower -> {
                List<String> seen = follower.identitiesOf(shard.shard());
                assertThat(seen).isEqualTo(identities(shard.shard(), perShard - seen.size(), perShard));
            });
        }
    }

    @Test
    void wakesUpForNewsAndEndsItsThreadWhenClosed() {
        shards.forEach(shard -> shard.listener(hub));
        hub.start();
        Recorder follower = new Recorder();
        hub.follow(ALL, null, follower);
        for (int i = 1; i <= 20; i++) {
            int wanted = i;
            append(i % 3, 1);
            await().pollInterval(Duration.ofMillis(2))
                    .until(() -> follower.events.size() == wanted && follower.unflushed.get() == 0);
        }
        hub.close();

        assertThat(Thread.getAllStackTraces().keySet()).noneMatch(thread -> "live-tail".equals(thread.getName()));
        assertThatIllegalStateException().isThrownBy(() -> hub.follow(ALL, null, follower));
        assertThat(hub.isFollowed()).isFalse();
    }
}
