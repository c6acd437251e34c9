package io.evident.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OutboxTest {
    private static final int SENDERS = 4;
    private static final int EACH = 5_000;

    private final Outbox outbox = new Outbox();

    /** Which sender's, and which of its events, are told by numbers that nothing else looks at here. */
    private static PendingEvent event(int sender, int number) {
        return new PendingEvent(Events.event(number), sender, number);
    }

    @Test
    void nothingIsReadyOfNothing() {
        assertThat(outbox.isReady(0)).isFalse();
        assertThat(outbox.poll(0)).isNull();
        assertThat(outbox.retryDueInNs(0, 7)).isEqualTo(7);
    }

    @Test
    void whatIsAddedWhileOthersAreTakenComesBehindThem() {
        outbox.add(event(0, 0));
        outbox.add(event(0, 1));
        assertThat(outbox.poll(0).queuedNs).isZero();
        outbox.add(event(0, 2));
        assertThat(outbox.isReady(0)).isTrue();
        assertThat(outbox.poll(0).queuedNs).isEqualTo(1);
        assertThat(outbox.isReady(0)).isTrue();
        assertThat(outbox.poll(0).queuedNs).isEqualTo(2);
        assertThat(outbox.poll(0)).isNull();
    }

    @Test
    @Timeout(60)
    void eachSendersEventsComeInItsOrderAndNoneIsLost() throws Exception {
        List<CompletableFuture<Void>> senders = new ArrayList<>();
        for (int s = 0; s < SENDERS; s++) {
            int sender = s;
            senders.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < EACH; i++) {
                    outbox.add(event(sender, i));
                }
            }));
        }
        long[] next = new long[SENDERS];
        for (int taken = 0; taken < SENDERS * EACH; ) {
            PendingEvent event = outbox.poll(0);
            if (event != null) {
                assertThat(event.queuedNs).isEqualTo(next[event.sizeBytes]++);
                assertThat(event.neighbour).isNull();
                taken++;
            }
        }
        for (CompletableFuture<Void> sender : senders) {
            sender.get();
        }
        assertThat(outbox.poll(0)).isNull();
    }

    @Test
    void whatStaysWhenOthersGoKeepsItsOrderWhicheverGo() {
        for (int gone = 0; gone < 1 << 6; gone++) {
            int going = gone;
            Outbox some = new Outbox();
            for (int i = 0; i < 3; i++) {
                some.add(event(0, i));
            }
            // The first three are fetched by that.
            some.removeIf(event -> false, event -> {});
            for (int i = 3; i < 6; i++) {
                some.add(event(0, i));
            }
            some.removeIf(event -> (going >> event.queuedNs & 1) == 1, event -> {});
            some.add(event(0, 6));
            for (int i = 0; i <= 6; i++) {
                if (i == 6 || (going >> i & 1) == 0) {
                    assertThat(some.poll(0).queuedNs)
                            .as("without %s", Integer.toBinaryString(going))
                            .isEqualTo(i);
                }
            }
            assertThat(some.poll(0)).isNull();
        }
    }

    @Test
    void whatHasToGoIsFoundWhereverItWaits() {
        List<Long> gone = new ArrayList<>();
        outbox.add(event(0, 1));
        outbox.add(event(0, 2));
        outbox.putBack(outbox.poll(0));
        outbox.retryLater(event(0, 3));
        outbox.add(event(0, 4));

        outbox.removeIf(event -> event.queuedNs != 2, event -> gone.add(event.queuedNs));

        assertThat(gone).containsExactlyInAnyOrder(1L, 3L, 4L);
        assertThat(outbox.poll(0).queuedNs).isEqualTo(2);
        assertThat(outbox.isReady(0)).isFalse();
    }
}
