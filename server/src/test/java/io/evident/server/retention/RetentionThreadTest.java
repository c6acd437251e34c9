package io.evident.server.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.evident.pipeline.retention.RetentionRule;
import io.evident.server.retention.state.RetentionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionThreadTest {
    private static final long S = TimeUnit.SECONDS.toNanos(1);
    private static final int INTERVAL_SECONDS = 3_600;

    @TempDir
    private Path data;

    private final AtomicLong tickNs = new AtomicLong(1);
    private final RecordedEvents events = new RecordedEvents();
    private final RetentionFigures figures = new RetentionFigures(tickNs::get);
    private final MemoryRetained shard = new MemoryRetained(0);
    private RetentionStore store;
    private RetentionThread thread;
    private final List<List<String>> removedBefore = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(data.resolve("shard-00"));
        store = RetentionStore.open(data);
        store.change(state -> state.withRule("acme", new RetentionRule(60, 0)));
    }

    @AfterEach
    void end() {
        assertThat(thread.end(10_000)).isTrue();
    }

    /** Begins to look at what is all too old; each block that is read takes so long. */
    private void start(long nsPerBlock) {
        AgeCuts ages = new AgeCuts(bytes -> {
            removedBefore.add(List.copyOf(shard.removals()));
            tickNs.addAndGet(nsPerBlock);
        });
        thread = new RetentionThread(
                new HorizonMover(store, ages, figures),
                new SegmentRemover(store, new RetentionAudit(events.own()), figures, 50, tickNs::get),
                () -> List.of(shard),
                () -> 1_000_000 * S,
                tickNs::get,
                new RetentionPace(1L << 40),
                figures,
                INTERVAL_SECONDS);
        thread.start();
    }

    private long cut() {
        return store.horizon().of(0).of("acme");
    }

    @Test
    void aLookThatHadNoTimeForAllGoesOnAtOnce() {
        for (int i = 0; i < 5; i++) {
            shard.append("acme", i * S);
        }
        start(2L * INTERVAL_SECONDS * S);
        await().until(() -> cut() == 5);
    }

    @Test
    void whereThereIsNoTimeForAllSegmentsAreFreedAndNoneIsWrittenAnew() {
        shard.append("acme", 1, 2);
        shard.append("glob", 1);
        shard.seal();
        shard.append("acme", 3);
        shard.seal();
        for (int i = 0; i < 3; i++) {
            shard.append("acme", i * S);
        }
        start(2L * INTERVAL_SECONDS * S);
        await().until(() -> cut() == 7);
        await().until(() -> shard.removals().size() == 2);
        assertThat(removedBefore).hasSize(3).endsWith(List.of("freed 1"));
        assertThat(shard.removals()).containsExactly("freed 1", "reduced 0");
        assertThat(figures.now().failures()).isZero();
    }

    @Test
    void aLookThatIsDoneIsFollowedByAPause() {
        shard.append("acme", 1);
        start(1);
        await().until(() -> cut() == 1);
        shard.append("acme", 1);
        thread.wake();
        await().until(() -> cut() == 2);
        long before = tickNs.get();
        shard.append("acme", 1);
        await().during(java.time.Duration.ofMillis(200)).until(() -> cut() == 2);
        assertThat(tickNs.get()).isEqualTo(before);
    }
}
