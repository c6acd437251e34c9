package io.evident.load.peer.evident;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Tier;
import io.evident.load.intake.SyntheticEvents;
import io.evident.load.pool.EventPool;
import io.evident.load.pool.IdSequence;
import io.evident.load.target.Answers;
import io.evident.load.target.EventBatch;
import io.evident.load.target.StoredCount;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import io.evident.load.tcp.WelcomingServer;
import java.io.IOException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class EvidentPeerTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 500})
    void keepsAsManyBatchesUnansweredAsAllWindowsHold(int size) throws IOException {
        EventPool pool = EventPool.of(SyntheticEvents.list(1, 256, 0).subList(0, 10));
        EventBatch batch = new EventBatch(pool, new IdSequence(1, 1, 0), size);
        long taken = 0;
        try (WelcomingServer silent = new WelcomingServer(null);
                Target target = EvidentPeer.target(silent.address(), Tier.JOURNALED, size, new StoredCount(null, ""));
                TargetSender sender = target.sender(0, new Answers())) {
            batch.fill(size);
            // What the kernel has not taken yet makes room when it is written.
            for (int refused = 0; refused < 100; refused++) {
                while (sender.send(batch, System.nanoTime())) {
                    taken += size;
                }
            }
            assertThat(taken).isEqualTo(1L * EvidentPeer.CONNECTIONS * size * (EvidentPeer.WINDOW / size));
        }
    }
}
