package io.evident.load.peer.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.evident.load.target.Answers;
import io.evident.load.target.EventBatch;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CommittingSenderTest {
    private final Answers answers = new Answers();
    private final GatedCommitter committer = new GatedCommitter();
    private final CommittingSender sender = new CommittingSender(
            "test", (batch, index, to) -> to.addEvent(batch, index), List.of(committer), 10, 30, answers);

    @AfterEach
    void close() throws IOException {
        committer.letAll();
        sender.close();
    }

    @Test
    void tellsOfEveryEventOnceWhenItsRequestIsAnswered() throws IOException {
        sender.send(RowsTest.batch(7), System.nanoTime());
        assertThat(answers.totals().allReceipts()).isZero();

        committer.letAll();

        await().until(() -> sender.unanswered() == 0);
        assertThat(answers.totals().allReceipts()).isEqualTo(7);
    }

    @Test
    void gathersWhatComesWhileARequestIsUnderWay() throws IOException {
        sender.send(RowsTest.batch(1), System.nanoTime());
        await().until(() -> committer.requests.size() == 1);
        sender.send(RowsTest.batch(3), System.nanoTime());
        sender.send(RowsTest.batch(4), System.nanoTime());

        committer.letAll();

        await().until(() -> sender.unanswered() == 0);
        assertThat(committer.requests).containsExactly(1, 7);
    }

    @Test
    void spreadsABatchOverRequestsThatAreExactlyFull() throws IOException {
        sender.send(RowsTest.batch(1), System.nanoTime());
        await().until(() -> committer.requests.size() == 1);
        sender.send(RowsTest.batch(4), System.nanoTime());
        sender.send(RowsTest.batch(16), System.nanoTime());
        sender.send(RowsTest.batch(1), System.nanoTime());

        committer.letAll();

        await().until(() -> sender.unanswered() == 0);
        assertThat(committer.requests).containsExactly(1, 10, 10, 1);
        assertThat(answers.totals().allReceipts()).isEqualTo(22);
    }

    @Test
    void takesNothingThatWouldNotFitIntoTheWindow() throws IOException {
        assertThat(sender.send(RowsTest.batch(30), System.nanoTime())).isTrue();

        assertThat(sender.send(RowsTest.batch(1), System.nanoTime())).isFalse();
        committer.letAll();
        await().until(() -> sender.unanswered() == 0);
        assertThat(sender.send(RowsTest.batch(1), System.nanoTime())).isTrue();
    }

    @Test
    void takesABatchThatIsLargerThanTheWindowWhenNothingElseIsUnderWay() throws IOException {
        committer.letAll();

        assertThat(sender.send(RowsTest.batch(100), System.nanoTime())).isTrue();

        await().until(() -> sender.unanswered() == 0);
        assertThat(answers.totals().allReceipts()).isEqualTo(100);
    }

    @Test
    void nobodyKnowsOfEventsWhoseRequestFailedAndNoMoreAreTaken() throws IOException {
        EventBatch batch = RowsTest.batch(15);
        committer.failure = new IOException("gone");
        sender.send(batch, System.nanoTime());

        committer.letAll();

        await().until(() -> sender.unanswered() == 0);
        assertThat(answers.totals().failed()).containsOnly(java.util.Map.entry("gone", 15L));
        assertThatThrownBy(() -> sender.send(batch, System.nanoTime())).isInstanceOf(IOException.class);
    }

    @Test
    void saysWhyItsThreadEndedWhateverItWas() throws IOException {
        committer.defect = new AssertionError("defect");
        sender.send(RowsTest.batch(15), System.nanoTime());

        committer.letAll();

        await().until(() -> sender.unanswered() == 0);
        assertThat(answers.totals().allFailed()).isEqualTo(15);
        assertThatThrownBy(sender::flush).isInstanceOf(IOException.class).hasMessageContaining("defect");
    }

    /** Keeps the sizes of requests, and answers none before it may. */
    private static final class GatedCommitter implements Committer {
        private final List<Integer> requests = new CopyOnWriteArrayList<>();
        private final BlockingQueue<Boolean> gate = new LinkedBlockingQueue<>();
        private volatile IOException failure;
        private volatile Error defect;

        void letAll() {
            gate.add(true);
        }

        @Override
        public void commit(Rows rows) throws IOException {
            requests.add(rows.events());
            try {
                gate.add(gate.take());
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (defect != null) {
                throw defect;
            }
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
