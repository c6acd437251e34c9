package io.evident.pipeline.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.pipeline.agent.WakingIdle;
import io.evident.pipeline.fixture.ManualClock;
import io.evident.pipeline.fixture.MemoryEmergency;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.EmergencySource;
import io.evident.pipeline.journal.EmergencyStore;
import io.evident.pipeline.lane.OverflowPool;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A duplicate of an event that is not folded in yet asks for its incarnation, on a network thread. */
class EmergencyLookupTest {
    private static final long FIRST_POSITION = 11;
    private static final int EVENTS_PER_BLOCK = 3;

    private final List<BlockInfo> kept = new ArrayList<>();
    private int looks;

    private EmergencyPath path() {
        List<BlockInfo> counting = new AbstractList<>() {
            @Override
            public BlockInfo get(int index) {
                looks++;
                return kept.get(index);
            }

            @Override
            public int size() {
                return kept.size();
            }
        };
        EmergencySource source = new EmergencySource() {
            @Override
            public int shard() {
                return 0;
            }

            @Override
            public List<BlockInfo> blocks() {
                return counting;
            }

            @Override
            public void read(BlockInfo block, BlockReader into) {
                throw new AssertionError("nobody reads " + block);
            }
        };
        return new EmergencyPath(
                new EmergencyStore(new MemoryEmergency(0), source),
                EmergencyPlan.defaults(),
                new OverflowPool(1),
                0,
                new WakingIdle(0, 1_000),
                new ManualClock());
    }

    /** Blocks without gaps, each of an incarnation of its own, from 1. */
    private void keep(int blocks) {
        for (int i = 0; i < blocks; i++) {
            long first = FIRST_POSITION + (long) i * EVENTS_PER_BLOCK;
            kept.add(new BlockInfo(0, i, 500, i + 1, 1, Lane.CRITICAL, first, EVENTS_PER_BLOCK, 0, 0));
        }
    }

    @Test
    void everyPositionIsFoundInItsBlockAndNoOther() {
        for (int blocks = 0; blocks < 6; blocks++) {
            EmergencyPath path = path();
            int end = blocks * EVENTS_PER_BLOCK;
            for (int i = -2; i < end + 2; i++) {
                int expected = i < 0 || i >= end ? 0 : i / EVENTS_PER_BLOCK + 1;
                assertThat(path.incarnationOf(FIRST_POSITION + i))
                        .as("%d blocks, event %d", blocks, i)
                        .isEqualTo(expected);
            }
            kept.clear();
            keep(blocks + 1);
        }
    }

    @Test
    void aPositionBetweenTwoBlocksIsInNone() {
        keep(3);
        kept.remove(1);
        EmergencyPath path = path();

        assertThat(path.incarnationOf(FIRST_POSITION + EVENTS_PER_BLOCK)).isZero();
        assertThat(path.incarnationOf(FIRST_POSITION + 2 * EVENTS_PER_BLOCK)).isEqualTo(3);
    }

    @Test
    void ofManyBlocksOnlyAFewAreLookedAt() {
        keep(100_000);
        EmergencyPath path = path();
        for (int i : new int[] {0, 1, 150_000, 299_999, 300_000}) {
            looks = 0;
            path.incarnationOf(FIRST_POSITION + i);
            assertThat(looks).as("event %d", i).isLessThanOrEqualTo(20);
        }
    }
}
