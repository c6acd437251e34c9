package io.evident.pipeline.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.AuditEvent;
import io.evident.event.EventLimits;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Tier;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.RecordingSink;
import io.evident.pipeline.ledger.IntakeLedger;
import io.evident.pipeline.ledger.LaneCounters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanesTest {
    private static final byte[] FROM = {'a', ':', '1'};
    private static final int STAMP_BYTES = FROM.length;

    private final RecordingSink sink = new RecordingSink();
    private final LaneCounters counters = new IntakeLedger(1).unknown().lane(null);
    private final AtomicInteger wakes = new AtomicInteger();

    private ShardLanes lanes(int capacity, long overflowBytes) {
        return new ShardLanes(
                new int[] {capacity, capacity, capacity}, new OverflowPool(overflowBytes), wakes::incrementAndGet);
    }

    private PublishResult publish(ShardLanes lanes, Lane lane, AuditEvent event, int index) {
        Stamp stamp = new Stamp();
        stamp.set(event.id().getMostSignificantBits(), event.id().getLeastSignificantBits(), 77, 5, FROM);
        return lanes.tryPublish(lane, Events.view(event), stamp, Tier.SYNCED, sink, index, 9, counters);
    }

    private static EventView stored(LaneSlot slot) {
        EventView view = new EventView();
        assertThat(view.wrap(slot.bytes(), 0, slot.length())).isNull();
        return view;
    }

    @Test
    void aLaneTakesExactlyItsCapacityAndOneMoreWhenOneIsReleased() {
        ShardLanes lanes = lanes(4, 1 << 20);
        for (int i = 0; i < 4; i++) {
            assertThat(publish(lanes, Lane.STANDARD, Events.standard(i).build(), i))
                    .isEqualTo(PublishResult.PUBLISHED);
        }
        assertThat(publish(lanes, Lane.STANDARD, Events.standard(4).build(), 4)).isEqualTo(PublishResult.LANE_FULL);
        assertThat(publish(lanes, Lane.ELEVATED, Events.standard(4).build(), 4)).isEqualTo(PublishResult.PUBLISHED);
        assertThat(lanes.ring(Lane.STANDARD).depth()).isEqualTo(4);
        assertThat(lanes.depth()).isEqualTo(5);

        lanes.ring(Lane.STANDARD).release(0);

        assertThat(publish(lanes, Lane.STANDARD, Events.standard(5).build(), 5)).isEqualTo(PublishResult.PUBLISHED);
        assertThat(publish(lanes, Lane.STANDARD, Events.standard(6).build(), 6)).isEqualTo(PublishResult.LANE_FULL);
    }

    @Test
    void theWriterIsLeftAsleepForAShortRunOfEventsAndWokenInTheMidstOfALongOne() {
        ShardLanes lanes = lanes(512, 1 << 20);
        for (int i = 0; i < 255; i++) {
            publish(lanes, Lane.STANDARD, Events.standard(i).build(), i);
        }
        assertThat(wakes).hasValue(0);
        publish(lanes, Lane.STANDARD, Events.standard(255).build(), 255);
        assertThat(wakes).hasValue(1);
        lanes.wakeWriter();
        assertThat(wakes).hasValue(2);
    }

    @Test
    void nothingIsLostOrRepeatedWhenTheRingWrapsAround() {
        ShardLanes lanes = lanes(4, 1 << 20);
        LaneRing ring = lanes.ring(Lane.CRITICAL);
        long next = 0;
        for (int round = 0; round < 25; round++) {
            for (int i = 0; i < 3; i++) {
                AuditEvent event = Events.standard(round * 3L + i).build();
                assertThat(publish(lanes, Lane.CRITICAL, event, i)).isEqualTo(PublishResult.PUBLISHED);
            }
            for (int i = 0; i < 3; i++) {
                assertThat(ring.firstPending()).isEqualTo(next);
                LaneSlot slot = ring.peek(next);
                assertThat(stored(slot).id()).isEqualTo(Events.id(next));
                ring.release(next++);
            }
            assertThat(ring.peek(next)).as("nothing more").isNull();
        }
    }

    @ParameterizedTest(name = "{0} stamped bytes")
    @CsvSource({
        "511,true",
        "512,true",
        "513,false",
        "4096,false",
        "4097,false",
        "16384,false",
        "16385,false",
        "65000,false"
    })
    void anEventLiesInTheSlotUpTo512BytesAndIsWholeInEitherPlace(int stampedBytes, boolean inline) {
        ShardLanes lanes = lanes(4, 1 << 20);
        AuditEvent event = Events.ofSuppliedBytes(1, stampedBytes - STAMP_BYTES);

        assertThat(publish(lanes, Lane.STANDARD, event, 3)).isEqualTo(PublishResult.PUBLISHED);

        LaneSlot slot = lanes.ring(Lane.STANDARD).peek(0);
        assertThat(slot.length()).isEqualTo(stampedBytes);
        assertThat(slot.bytes().length == LaneSlot.INLINE_BYTES).isEqualTo(inline);
        assertThat(AuditEvent.of(stored(slot))).isEqualTo(event);
        assertThat(stored(slot).receivedTimeNs()).isEqualTo(77);
        assertThat(slot.index()).isEqualTo(3);
        assertThat(slot.tier()).isEqualTo(Tier.SYNCED);
        assertThat(slot.receivedTick()).isEqualTo(5);
        assertThat(slot.duplicateHandle()).isEqualTo(9);
        assertThat(slot.timeNs()).isEqualTo(event.timeNs());
    }

    @Test
    void theLargestEventThereIsHasRoom() {
        ShardLanes lanes = lanes(2, 1 << 20);
        AuditEvent largest = largest();

        assertThat(publish(lanes, Lane.STANDARD, largest, 0)).isEqualTo(PublishResult.PUBLISHED);

        LaneSlot slot = lanes.ring(Lane.STANDARD).peek(0);
        assertThat(AuditEvent.of(stored(slot))).isEqualTo(largest);
        assertThat(Events.view(largest).length() + Short.BYTES + 256).isLessThanOrEqualTo(EventLimits.ENCODED_BYTES);
    }

    private static AuditEvent largest() {
        String[] labels = new String[EventLimits.LABELS];
        java.util.Arrays.setAll(labels, i -> "l".repeat(EventLimits.LABEL_BYTES));
        return AuditEvent.builder("t".repeat(128), "u".repeat(2048), "a".repeat(256)).id(Events.id(1)).stream(
                        "s".repeat(256))
                .actorIp("i".repeat(256))
                .actorAgent("g".repeat(2048))
                .category("c".repeat(128))
                .resource("r".repeat(256), "d".repeat(2048))
                .labels(labels)
                .attributes("{\"p\":\"" + "x".repeat(EventLimits.ATTRIBUTES_BYTES - 8) + "\"}")
                .timeNs(1)
                .build();
    }

    @Test
    void aReleasedSlotRefersToNothing() {
        ShardLanes lanes = lanes(2, 1 << 20);
        publish(lanes, Lane.STANDARD, Events.ofSuppliedBytes(1, 3000), 0);
        LaneSlot slot = lanes.ring(Lane.STANDARD).peek(0);

        lanes.ring(Lane.STANDARD).release(0);

        assertThat(slot.sink()).isNull();
        assertThat(slot.counters()).isNull();
        assertThat(slot.bytes()).hasSize(LaneSlot.INLINE_BYTES);
    }

    @Test
    void anExhaustedPoolRefusesLargeEventsOnlyAndRecovers() {
        // One buffer of each size.
        ShardLanes lanes = lanes(16, 1);
        for (int i = 0; i < 4; i++) {
            assertThat(publish(lanes, Lane.STANDARD, Events.ofSuppliedBytes(i, 1000), i))
                    .isEqualTo(PublishResult.PUBLISHED);
        }
        assertThat(publish(lanes, Lane.STANDARD, Events.ofSuppliedBytes(4, 1000), 4))
                .isEqualTo(PublishResult.LANE_FULL);
        assertThat(publish(lanes, Lane.STANDARD, Events.standard(5).build(), 5)).isEqualTo(PublishResult.PUBLISHED);

        lanes.ring(Lane.STANDARD).release(0);

        assertThat(publish(lanes, Lane.STANDARD, Events.ofSuppliedBytes(6, 1000), 6))
                .isEqualTo(PublishResult.PUBLISHED);
        assertThat(publish(lanes, Lane.STANDARD, Events.ofSuppliedBytes(7, 1000), 7))
                .isEqualTo(PublishResult.LANE_FULL);
    }

    @Test
    void aFullRingGivesTheBorrowedBufferBack() {
        ShardLanes lanes = lanes(2, 1);
        publish(lanes, Lane.STANDARD, Events.standard(1).build(), 0);
        publish(lanes, Lane.STANDARD, Events.standard(2).build(), 1);
        for (int i = 0; i < 10; i++) {
            assertThat(publish(lanes, Lane.STANDARD, Events.ofSuppliedBytes(3, 60_000), 2))
                    .isEqualTo(PublishResult.LANE_FULL);
        }
        assertThat(publish(lanes, Lane.ELEVATED, Events.ofSuppliedBytes(3, 60_000), 3))
                .isEqualTo(PublishResult.PUBLISHED);
    }

    @Test
    void aPoolLendsOnlyBuffersThatAreLargeEnoughAndTakesOnlyItsOwnSizes() {
        OverflowPool pool = new OverflowPool(1);

        assertThat(pool.lend(EventLimits.ENCODED_BYTES)).hasSize(EventLimits.ENCODED_BYTES);
        assertThat(pool.lend(EventLimits.ENCODED_BYTES)).isNull();
        assertThat(pool.lend(EventLimits.ENCODED_BYTES + 1)).isNull();
        assertThat(pool.lend(4096)).hasSize(4096);
        assertThat(pool.lend(4096)).as("a larger one will do").hasSize(16 * 1024);
        assertThat(pool.lend(1)).hasSize(2 * 1024);
        assertThat(pool.lend(1)).isNull();
        assertThatThrownBy(() -> pool.giveBack(new byte[5])).isInstanceOf(IllegalArgumentException.class);
    }

    /** As many as 1 MiB has of 2, 4, 16 and 80 KiB, a quarter of it for each size. */
    @Test
    void aPoolHoldsMoreSmallEventsThanLargeOnes() {
        OverflowPool pool = new OverflowPool(1 << 20);
        int held = 0;
        while (pool.lend(1_200) != null) {
            held++;
        }
        assertThat(held).isEqualTo(128 + 64 + 16 + 3);
    }

    /** A thread that is stopped while it takes a buffer must not make the writer fail that gives another one back. */
    @Test
    void buffersGoAndComeFromManyThreadsWithoutFailureOrLoss() throws Exception {
        OverflowPool pool = new OverflowPool(4L * 4 * 4096);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(8);
        List<Thread> threads = new ArrayList<>();
        long end = System.nanoTime() + 700_000_000L;
        for (int t = 0; t < 8; t++) {
            Thread thread = new Thread(() -> {
                try {
                    while (System.nanoTime() < end && failure.get() == null) {
                        byte[] lent = pool.lend(4096);
                        if (lent != null) {
                            pool.giveBack(lent);
                        }
                    }
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                } finally {
                    done.countDown();
                }
            });
            threads.add(thread);
            thread.start();
        }
        done.await();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        for (int i = 0; i < 4; i++) {
            assertThat(pool.lend(4096)).as("buffer %d", i).hasSize(4096);
        }
    }
}
