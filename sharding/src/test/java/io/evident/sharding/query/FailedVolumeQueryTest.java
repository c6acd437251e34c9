package io.evident.sharding.query;

import static io.evident.sharding.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.AuditEvent;
import io.evident.event.Lane;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.journal.FailedVolumeException;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.pipeline.query.EventQuery.Order;
import io.evident.pipeline.query.LiveTail;
import io.evident.pipeline.query.PartlyUnreadableException;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.retention.Horizon;
import io.evident.sharding.MemoryShard;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.tail.FollowHub;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Queries, look-ups and followers where a part of a shard is on a volume that has failed. */
class FailedVolumeQueryTest {
    private static final TenantScope EVERYONE = TenantScope.allButSystem();
    private static final String REASON = "its volume failed";

    private final MemoryShard stored = new MemoryShard(0);
    private final FailedVolume failed = new FailedVolume();
    private final FanOutQueryEngine engine =
            Ask.engine(List.of(failed), List.of(), ShardHistory.first(1), CursorKey.random(), QueryLimits.DEFAULT);

    /** The shard, of which some blocks cannot be read. */
    private final class FailedVolume implements BlockSource {
        private int firstLost = Integer.MAX_VALUE;
        private int lastLost = -1;
        private List<UnreadablePart> away = List.of();

        void lose(int firstBlock, int lastBlock) {
            firstLost = firstBlock;
            lastLost = lastBlock;
        }

        @Override
        public int shard() {
            return 0;
        }

        @Override
        public int blockCount() {
            return stored.blockCount();
        }

        @Override
        public BlockInfo block(int index) {
            return stored.block(index);
        }

        @Override
        public long foldedThrough(int blockCount) {
            return 0;
        }

        @Override
        public void read(BlockInfo block, BlockReader into) throws IOException {
            requireHere(block);
            stored.read(block, into);
        }

        @Override
        public byte[] readEvent(BlockInfo block, EventPlace place) throws IOException {
            requireHere(block);
            return stored.readEvent(block, place);
        }

        private void requireHere(BlockInfo block) throws IOException {
            for (int i = firstLost; i <= lastLost; i++) {
                if (stored.block(i).equals(block)) {
                    throw new FailedVolumeException(
                            new UnreadablePart(0, block.firstSequence(), block.lastSequence(), REASON), null);
                }
            }
        }

        @Override
        public List<UnreadablePart> unreadable() {
            return away;
        }
    }

    private final List<AuditEvent> events = new ArrayList<>();

    /** Blocks of two events each. */
    private void appendBlocks(int count) {
        for (int i = 0; i < count; i++) {
            List<AuditEvent> two = List.of(event("acme", null, "a", 10L * i), event("acme", null, "a", 10L * i + 1));
            events.addAll(two);
            stored.append(Lane.STANDARD, two);
        }
    }

    private QueryAnswer.Page page(Long fromNs, Long toNs) throws IOException {
        return (QueryAnswer.Page)
                engine.query(Ask.query(EventFilter.all(EVERYONE), fromNs, toNs, Order.DESC, 100, null));
    }

    @Test
    void contract8_answersTheRestAndNamesTheBlocksItCouldNotRead() throws IOException {
        appendBlocks(5);
        failed.lose(1, 2);

        QueryAnswer.Page page = page(null, null);
        assertThat(page.events()).hasSize(6);
        assertThat(page.unreadable()).containsExactly(new UnreadablePart(0, 2, 5, REASON));
    }

    @Test
    void namesOnlyWhatMayBelongToTheAnswer() throws IOException {
        appendBlocks(5);
        failed.lose(0, 0);
        assertThat(page(10L, null).unreadable()).isEmpty();
        assertThat(page(null, 10L).unreadable()).hasSize(1);
    }

    @Test
    void namesWhatIsAwayAltogether() throws IOException {
        appendBlocks(1);
        failed.away = List.of(new UnreadablePart(0, 2, UnreadablePart.OPEN_END, REASON));
        assertThat(page(null, null).events()).hasSize(2);
        assertThat(page(null, null).unreadable()).isEqualTo(failed.away);
    }

    @Test
    void neverSaysThatAnEventIsNotThereWhenItMayBeOnTheFailedVolume() throws IOException {
        appendBlocks(3);
        UUID readable = events.get(5).id();
        UUID lost = events.get(0).id();
        failed.lose(0, 0);

        assertThat(engine.find(readable, TenantScope.only("acme"))).hasSize(1);
        assertThatThrownBy(() -> engine.find(lost, EVERYONE))
                .isInstanceOf(PartlyUnreadableException.class)
                .hasMessageContaining("shard 0")
                .hasMessageContaining(REASON);
        failed.lose(0, -1);
        assertThat(engine.find(new UUID(7, 7), EVERYONE)).isEmpty();
        failed.away = List.of(new UnreadablePart(0, 6, UnreadablePart.OPEN_END, REASON));
        assertThatThrownBy(() -> engine.find(new UUID(7, 7), EVERYONE)).isInstanceOf(PartlyUnreadableException.class);
    }

    @Test
    void namesAtMostAHundredParts() {
        UnreadableParts parts = new UnreadableParts();
        for (int i = 300; i > 0; i--) {
            parts.add(new UnreadablePart(0, 10L * i, 10L * i, REASON));
        }
        assertThat(parts.parts()).hasSize(100);
        assertThat(parts.parts().get(99)).isEqualTo(new UnreadablePart(0, 1_000, 3_000, REASON));
    }

    @Test
    void namesPositionsOfTheEmergencyJournalApartFromSequences() {
        UnreadableParts parts = new UnreadableParts();
        parts.add(new UnreadablePart(0, 0, 9, REASON));
        parts.add(UnreadablePart.inEmergency(0, 4, 6, REASON));
        parts.add(UnreadablePart.inEmergency(0, 1, 3, REASON));
        assertThat(parts.parts())
                .containsExactly(UnreadablePart.inEmergency(0, 1, 6, REASON), new UnreadablePart(0, 0, 9, REASON));
    }

    @Test
    void aFollowerGoesOnBehindABlockOnTheFailedVolume() {
        FollowHub hub = new FollowHub(List.of(failed), () -> Horizon.NONE, () -> 0);
        List<Long> followed = new ArrayList<>();
        hub.follow(EventFilter.all(EVERYONE), null, new LiveTail.Follower() {
            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void event(StoredEvent event, String position) {
                followed.add(event.sequence());
            }

            @Override
            public void lag(long eventsBehind) {
                // Told now and then.
            }

            @Override
            public void flush() {
                // Nothing is gathered.
            }
        });
        appendBlocks(3);
        failed.lose(1, 1);
        for (int i = 0; i < 5; i++) {
            hub.doWork();
        }
        assertThat(followed).containsExactly(0L, 1L, 4L, 5L);
        hub.close();
    }
}
