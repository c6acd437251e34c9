package io.evident.load.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.load.intake.SyntheticEvents;
import io.evident.load.pool.EventPool;
import io.evident.load.pool.IdSequence;
import io.evident.load.target.Answers;
import io.evident.load.target.EventBatch;
import io.evident.load.target.StoredCount;
import io.evident.load.target.TargetSender;
import io.evident.load.target.Totals;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TcpReaderTest {
    @Test
    void anEventOfWhichTheServerDoesNotKnowIsNoRefusal() throws IOException {
        Totals totals = totalsWhenAnswered(RefusalReason.OUTCOME_UNKNOWN);

        assertThat(totals.refused()).isEmpty();
        assertThat(totals.failed()).isEqualTo(Map.of("outcome-unknown", 3L));
    }

    @Test
    void anEventThatTheServerDidNotKeepIsARefusal() throws IOException {
        Totals totals = totalsWhenAnswered(RefusalReason.LANE_FULL);

        assertThat(totals.refused()).isEqualTo(Map.of("lane-full", 3L));
        assertThat(totals.failed()).isEmpty();
    }

    private static Totals totalsWhenAnswered(RefusalReason reason) throws IOException {
        EventPool pool = EventPool.of(SyntheticEvents.list(1, 256, 0).subList(0, 10));
        EventBatch batch = new EventBatch(pool, new IdSequence(1, 1, 0), 3);
        batch.fill(3);
        Answers answers = new Answers();
        try (WelcomingServer server = new WelcomingServer(Refusal.of(reason, "by the test"));
                TcpTarget target = new TcpTarget(server.address(), Tier.SYNCED, 1, 1, 3, 3, new StoredCount(null, ""));
                TargetSender sender = target.sender(0, answers)) {
            assertThat(sender.send(batch, System.nanoTime())).isTrue();
            sender.flush();
            await().until(() -> sender.unanswered() == 0);
            return answers.totals();
        }
    }
}
