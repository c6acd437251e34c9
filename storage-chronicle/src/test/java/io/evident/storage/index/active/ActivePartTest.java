package io.evident.storage.index.active;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.index.file.FilePart;
import io.evident.storage.index.part.IndexOracle;
import io.evident.storage.index.part.PartOracle;
import io.evident.storage.index.part.RandomEvents;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A part in memory while it grows. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ActivePartTest {
    private static final int BLOCKS = 120;

    private final IndexOracle oracle = new IndexOracle();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void whoeverAsksMeanwhileGetsWhatOneViewShows(long seed) {
        RandomEvents events = new RandomEvents(seed, 2_000);
        long sequence = 0;
        for (int i = 0; i < BLOCKS; i++) {
            int count = 1 + events.random().nextInt(150);
            oracle.add(events.block(sequence, count), 0);
            sequence += count;
        }
        BlockReader first = oracle.reader(0);
        ActivePart part = new ActivePart(0, 0, first.block());
        part.add(first, new BlockTerms());
        AtomicBoolean begun = new AtomicBoolean();
        CompletableFuture<Void> adding = CompletableFuture.runAsync(() -> {
            while (!begun.get()) {
                Thread.onSpinWait();
            }
            for (int i = 1; i < BLOCKS; i++) {
                part.add(oracle.reader(i), new BlockTerms());
            }
        });
        RandomEvents questions = new RandomEvents(seed + 100, 2_000);
        int views = 0;
        do {
            ActiveView view = part.view();
            begun.set(true);
            oracle.check(view, questions.filter(), questions.range(), "seed " + seed);
            oracle.checkId(view, RandomEvents.id(questions.random().nextInt(view.events() + 100)));
            views++;
        } while (!adding.isDone());
        adding.join();
        assertThat(views).isPositive();
        assertThat(part.view().events()).isEqualTo(oracle.events());
        oracle.check(part.view(), questions.filter(), questions.range(), "seed " + seed);
    }

    private static BlockInfo info(int segment, int incarnation, long firstSequence, int count) {
        return new BlockInfo(segment, 0, 1_000, incarnation, 1, Lane.STANDARD, firstSequence, count, 0, 0);
    }

    @Test
    void takesOnlyWhatFollowsInItsSegmentAndIncarnation() {
        RandomEvents events = new RandomEvents(1, 10);
        ActivePart part = new ActivePart(0, 0, info(3, 1, 50, 5));
        part.add(reader(events, info(3, 1, 50, 5)), new BlockTerms());
        assertThat(part.takes(info(3, 1, 55, 1_000))).isTrue();
        assertThat(part.takes(info(4, 1, 55, 1))).as("another segment").isFalse();
        assertThat(part.takes(info(3, 2, 55, 1))).as("another incarnation").isFalse();
        assertThat(part.takes(info(3, 1, 56, 1))).as("behind a gap").isFalse();
        assertThat(part.takes(info(3, 1, 55, ActivePart.MAX_EVENTS - 5)))
                .as("exactly full")
                .isTrue();
        assertThat(part.takes(info(3, 1, 55, ActivePart.MAX_EVENTS - 4)))
                .as("one more")
                .isFalse();
    }

    private BlockReader reader(RandomEvents events, BlockInfo info) {
        var block = events.block(info.firstSequence(), info.count());
        BlockReader reader = new BlockReader();
        byte[] bytes = Arrays.copyOf(block.bytes(), block.lengthBytes());
        System.arraycopy(bytes, 0, reader.buffer(bytes.length), 0, bytes.length);
        reader.begin(new BlockInfo(
                info.segment(),
                0,
                bytes.length,
                info.incarnation(),
                1,
                Lane.STANDARD,
                info.firstSequence(),
                info.count(),
                block.minTimeNs(),
                block.maxTimeNs()));
        return reader;
    }

    @Test
    void aBlockThatContradictsItselfLeavesNoTrace() {
        RandomEvents events = new RandomEvents(9, 10);
        BlockReader first = oracle.add(events.block(0, 30), 0);
        ActivePart part = new ActivePart(0, 0, first.block());
        part.add(first, new BlockTerms());
        BlockInfo next = oracle.info(0);
        BlockReader broken = reader(events, info(0, 1, 30, 20));
        // The tenth event says that it is longer than its block.
        int at = 192;
        for (int i = 0; i < 9; i++) {
            at += 4 + length(broken.buffer(0), at);
        }
        broken.buffer(0)[at + 3] = 0x7F;
        assertThatThrownBy(() -> part.add(broken, new BlockTerms())).isInstanceOf(IllegalStateException.class);
        assertThat(part.takes(info(next.segment(), 1, 30, 1))).isFalse();
        PartOracle.check(oracle, part.view(), events, "behind a broken block");
        PartOracle.check(oracle, PartOracle.inFile(part.view()), events, "in a file, behind a broken block");
        assertThat(part.view().withId(new UUID(7, 31)).size()).isZero();
    }

    private static int length(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8;
    }

    @Test
    void aFullPartIsRightToItsLastEvent() {
        RandomEvents events = new RandomEvents(4, 100_000);
        ActivePart part = null;
        long sequence = 0;
        while (part == null || part.view().events() < ActivePart.MAX_EVENTS) {
            int count = (int) Math.min(1_000, ActivePart.MAX_EVENTS - sequence);
            BlockReader reader = oracle.add(events.block(sequence, count), 0);
            part = part == null ? new ActivePart(0, 0, reader.block()) : part;
            part.add(reader, new BlockTerms());
            sequence += count;
        }
        assertThat(part.takes(info(0, 1, sequence, 1))).isFalse();
        FilePart file = PartOracle.inFile(part.view());
        for (int i = 0; i < 2; i++) {
            var filter = events.filter();
            var range = events.range();
            oracle.check(part.view(), filter, range, "a full part");
            oracle.check(file, filter, range, "a full part in a file");
        }
        int last = ActivePart.MAX_EVENTS - 1;
        assertThat(file.place(last)).isEqualTo(part.view().place(last));
        oracle.checkId(file, RandomEvents.id(last));
    }
}
