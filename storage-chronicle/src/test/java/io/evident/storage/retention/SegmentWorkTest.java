package io.evident.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The archiver and retention never work at the same time, none waits, and retention has the right of way. */
class SegmentWorkTest {
    private final ExecutorService retention = Executors.newSingleThreadExecutor();
    private long nowNs = Long.MAX_VALUE - 7;
    private final SegmentWork work = new SegmentWork(() -> nowNs);

    @AfterEach
    void end() {
        retention.shutdownNow();
    }

    private boolean retentionBegins() throws Exception {
        return retention
                .submit(() -> {
                    boolean begun = work.beginRemoving();
                    if (begun) {
                        work.end();
                    }
                    return begun;
                })
                .get();
    }

    private boolean archiverBegins() {
        boolean begun = work.beginArchiving();
        if (begun) {
            work.end();
        }
        return begun;
    }

    @Test
    void theArchiverGivesWayOnceRetentionCameInVain() throws Exception {
        assertThat(work.beginArchiving()).isTrue();
        assertThat(retentionBegins()).isFalse();
        work.end();
        assertThat(archiverBegins()).isFalse();
        assertThat(retentionBegins()).isTrue();
        assertThat(archiverBegins()).isTrue();
    }

    @Test
    void askingIsEnough() throws Exception {
        assertThat(work.isFree()).isTrue();
        assertThat(archiverBegins()).isTrue();
        assertThat(work.beginArchiving()).isTrue();
        assertThat(retention.submit(work::isFree).get()).isFalse();
        work.end();
        assertThat(archiverBegins()).isFalse();
        assertThat(work.isFree()).isTrue();
    }

    @Test
    void theArchiverGoesOnWhenRetentionDoesNotComeBack() throws Exception {
        assertThat(work.beginArchiving()).isTrue();
        assertThat(retentionBegins()).isFalse();
        work.end();
        nowNs += SegmentWork.MIN_RIGHT_OF_WAY_NS - 1;
        assertThat(archiverBegins()).isFalse();
        nowNs++;
        assertThat(archiverBegins()).isTrue();
    }

    @Test
    void waitsForOneThatComesSeldomButNotForever() throws Exception {
        assertThat(work.beginArchiving()).isTrue();
        assertThat(retentionBegins()).isFalse();
        nowNs += TimeUnit.MINUTES.toNanos(60);
        assertThat(retentionBegins()).isFalse();
        work.end();
        nowNs += TimeUnit.MINUTES.toNanos(119);
        assertThat(archiverBegins()).isFalse();
        nowNs += TimeUnit.MINUTES.toNanos(1);
        assertThat(archiverBegins()).isTrue();
    }
}
