package io.evident.server.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgeCutsTest {
    private static final long S = TimeUnit.SECONDS.toNanos(1);

    private final MemoryRetained shard = new MemoryRetained(0);
    private final AgeCuts cuts = new AgeCuts(bytes -> {});

    private long cut(long ageSeconds, long nowSeconds) throws IOException {
        return cuts.cut(shard, shard.sealed(), ageSeconds, nowSeconds * S, () -> true);
    }

    @Test
    void cutsNothingOfAnEmptyShard() throws IOException {
        assertThat(cut(60, 1_000)).isZero();
    }

    @Test
    void cutsBlocksWhoseNewestEventIsOlderThanTheAge() throws IOException {
        shard.append("acme", 100 * S, 90 * S);
        shard.append("acme", 110 * S);
        assertThat(cut(60, 160)).as("exactly as old").isZero();
        assertThat(cut(60, 161)).isEqualTo(2);
        assertThat(cut(60, 170)).isEqualTo(2);
        assertThat(cut(60, 171)).isEqualTo(3);
    }

    @Test
    void anOldBlockBehindAYoungOneWaitsForIt() throws IOException {
        shard.append("acme", 100 * S);
        shard.append("acme", 500 * S);
        shard.append("acme", 20 * S);
        assertThat(cut(60, 300)).as("folded in late, or the clock was set back").isEqualTo(1);
        assertThat(cut(60, 561)).isEqualTo(3);
    }

    @Test
    void doesNotReadSealedSegmentsOfWhichAllIsOldAndReadsEachOtherBlockOnce() throws IOException {
        for (int i = 0; i < 100; i++) {
            shard.append("acme", i * S);
        }
        shard.seal();
        for (int i = 100; i < 200; i++) {
            shard.append("acme", i * S);
        }
        assertThat(cut(60, 160)).isEqualTo(100);
        assertThat(shard.reads()).as("the first block that is not old").isEqualTo(1);
        for (int now = 161; now < 400; now++) {
            cut(60, now);
        }
        assertThat(cut(60, 400)).isEqualTo(200);
        assertThat(shard.reads())
                .as("each when it was looked at last, and the one in front of which it waits")
                .isLessThan(350);
    }

    @Test
    void aBlockThatCannotBeReadIsPassedOverOnceOneBehindItIsOld() throws IOException {
        shard.append("acme", 100 * S);
        shard.append("acme", 101 * S);
        shard.append("acme", 102 * S);
        shard.damageBlock(1);
        assertThat(cut(60, 161)).isEqualTo(1);
        assertThat(cut(60, 162)).isEqualTo(1);
        assertThat(cut(60, 220)).as("it may be readable soon").isEqualTo(1);
        assertThat(cut(60, 221)).isEqualTo(3);
    }

    @Test
    void aBlockThatCannotBeReadForTheMomentAndIsYoungIsNotPassedOver() throws IOException {
        shard.append("acme", 100 * S);
        shard.append("acme", 900 * S);
        shard.append("acme", 102 * S);
        shard.damageBlock(1);
        assertThat(cut(60, 500)).isEqualTo(1);
        shard.mendBlock(1);
        assertThat(cut(60, 510)).isEqualTo(1);
        shard.damageBlock(1);
        assertThat(cut(60, 560))
                .as("a minute after the first time, but it was readable since")
                .isEqualTo(1);
        shard.mendBlock(1);
        assertThat(cut(60, 900)).isEqualTo(1);
        assertThat(cut(60, 961)).isEqualTo(3);
    }

    @Test
    void isNotBehindWhatIsForced() throws IOException {
        shard.append("acme", 100 * S, 100 * S);
        shard.append("acme", 101 * S, 101 * S);
        shard.leaveUnforced(2);
        assertThat(cut(60, 500)).isEqualTo(2);
        shard.leaveUnforced(0);
        assertThat(cut(60, 500)).isZero();
        shard.leaveUnforced(4);
        assertThat(cut(60, 500)).isEqualTo(4);
    }

    @Test
    void doesNotReachIntoAnIncarnationThatIsKeptWhereSequencesComeAgain() throws IOException {
        shard.append("acme", 100 * S, 100 * S, 100 * S, 100 * S);
        shard.reopen(2);
        shard.append("acme", 500 * S);
        shard.append("acme", 501 * S);
        shard.append("acme", 502 * S);
        assertThat(cut(60, 300)).as("2 and 3 are young in the later one").isEqualTo(2);
        assertThat(cut(60, 561)).isEqualTo(3);
        assertThat(cut(60, 563)).isEqualTo(5);
        shard.reopen(1);
        shard.append("acme", 600 * S);
        assertThat(cut(60, 564)).isEqualTo(1);
    }

    @Test
    void forgetsWhatItFoundByAClockThatWasAhead() throws IOException {
        shard.append("acme", 100 * S);
        shard.append("acme", 1_000 * S);
        assertThat(cut(400, 9_000)).as("by a clock that is ahead").isEqualTo(2);
        assertThat(cut(90, 1_010)).as("by one that is right").isEqualTo(1);
        assertThat(cut(400, 1_010)).isEqualTo(1);
        assertThat(cut(90, 1_091)).isEqualTo(2);
    }

    @Test
    void goesOnWhereItWasStopped() throws IOException {
        for (int i = 0; i < 10; i++) {
            shard.append("acme", i * S);
        }
        int[] left = {4};
        assertThat(cuts.cut(shard, shard.sealed(), 60, 1_000 * S, () -> left[0]-- > 0))
                .isEqualTo(4);
        assertThat(cut(60, 1_000)).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void isInFrontOfTheFirstBlockThatHasAYoungEvent(long seed) throws IOException {
        Random random = new Random(seed);
        List<Long> ages = List.of(60L, 90L, 200L);
        long now = 1_000;
        long[] before = new long[ages.size()];
        for (int step = 0; step < 200; step++) {
            now += random.nextInt(5);
            if (random.nextInt(3) > 0) {
                long[] received = new long[1 + random.nextInt(3)];
                for (int i = 0; i < received.length; i++) {
                    received[i] = (now - random.nextInt(random.nextInt(10) == 0 ? 300 : 3)) * S;
                }
                shard.append("acme", received);
            }
            if (random.nextInt(10) == 0) {
                shard.seal();
            }
            for (int i = 0; i < ages.size(); i++) {
                long cut = cut(ages.get(i), now);
                long expected = expected(now - ages.get(i));
                assertThat(cut)
                        .as("seed %d, step %d, age %d", seed, step, ages.get(i))
                        .isEqualTo(expected);
                assertThat(cut).isGreaterThanOrEqualTo(before[i]);
                before[i] = cut;
            }
        }
    }

    /** Read block by block. */
    private long expected(long oldBefore) {
        long cut = 0;
        for (int block = 0; block < shard.blockCount(); block++) {
            long first = shard.block(block).firstSequence();
            long last = shard.block(block).lastSequence();
            boolean young = shard.events().stream()
                    .anyMatch(event -> event.sequence() >= first
                            && event.sequence() <= last
                            && event.receivedNs() >= oldBefore * S);
            if (young) {
                return cut;
            }
            cut = last + 1;
        }
        return cut;
    }
}
