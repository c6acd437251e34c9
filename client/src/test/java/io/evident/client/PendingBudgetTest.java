package io.evident.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PendingBudgetTest {
    @Test
    void bothLimitsHoldExactlyAndAFailedTryTakesNothing() {
        PendingBudget budget = new PendingBudget(3, 100);
        assertThat(budget.tryReserve(101)).isFalse();
        assertThat(budget.tryReserve(99)).isTrue();
        assertThat(budget.tryReserve(2)).isFalse();
        assertThat(budget.tryReserve(1)).isTrue();
        assertThat(budget.tryReserve(0)).isTrue();
        assertThat(budget.tryReserve(0)).isFalse();
        assertThat(budget.events()).isEqualTo(3);
        budget.release(99);
        assertThat(budget.tryReserve(99)).isTrue();
    }

    @Test
    void halfIsTakenWhenHalfOfTheEventsOrOfTheBytesIs() {
        PendingBudget budget = new PendingBudget(4, 100);
        assertThat(budget.isHalfTaken()).isFalse();
        budget.tryReserve(49);
        assertThat(budget.isHalfTaken()).isFalse();
        budget.tryReserve(0);
        assertThat(budget.isHalfTaken()).as("2 of 4 events").isTrue();
        budget.release(0);
        budget.release(49);
        budget.tryReserve(50);
        assertThat(budget.isHalfTaken()).as("50 of 100 bytes").isTrue();
    }

    @Test
    void whoWaitsIsWokenAndNobodyPassesTheLimit() throws Exception {
        PendingBudget budget = new PendingBudget(2, 1_000);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 6; t++) {
            threads.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 2_000; i++) {
                    pass(budget, inside, most);
                }
            }));
        }
        for (CompletableFuture<Void> thread : threads) {
            thread.get(20, TimeUnit.SECONDS);
        }
        assertThat(most.get()).isLessThanOrEqualTo(2);
        assertThat(budget.events()).isZero();
    }

    private static void pass(PendingBudget budget, AtomicInteger inside, AtomicInteger most) {
        try {
            assertThat(budget.reserve(10, TimeUnit.SECONDS.toNanos(20))).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        inside.decrementAndGet();
        budget.release(10);
    }
}
