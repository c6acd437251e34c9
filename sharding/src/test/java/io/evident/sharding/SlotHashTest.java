package io.evident.sharding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.dynatrace.hash4j.hashing.Hashing;
import com.sun.management.ThreadMXBean;
import io.evident.event.EventView;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotHashTest {
    @ParameterizedTest
    @CsvSource({
        "acme, wedding-4711, user-17, 3101",
        "acme, , user-17, 3205",
        "acme, user-17, user-17, 2959",
        "globex, wedding-4711, user-17, 2554",
        "a, b, c, 2387",
        "'été', '💍', x, 1137",
        "_system, , evident, 2962",
    })
    void neverChangesTheSlotOfAKey(String tenant, String stream, String actor, int slot) {
        assertThat(SlotHash.slotOf(view(tenant, stream, actor))).isEqualTo(slot);
    }

    @ParameterizedTest
    @CsvSource({"'', d68049cb3192af27", "a, 984580717ac17fa9", "Evident, 5e4e74ef17eb29d8"})
    void neverChangesTheHashBelow(String text, String hash) {
        assertThat(Long.toHexString(Hashing.xxh3_64(SlotHash.SEED).hashBytesToLong(text.getBytes(UTF_8))))
                .isEqualTo(hash);
    }

    @Test
    void hashesTheEmptyTextAsTheReferenceImplementationDoes() {
        assertThat(Hashing.xxh3_64(0).hashBytesToLong(new byte[0])).isEqualTo(0x2d06_8005_38d3_94c2L);
    }

    @Test
    void takesTheTopTwelveBitsOfTheHashOfTenantKindAndValue() {
        byte[] streamKey = "acme\0Swedding-1".getBytes(UTF_8);
        byte[] actorKey = "acme\0Auser-1".getBytes(UTF_8);

        assertThat(SlotHash.slotOf(view("acme", "wedding-1", "user-1")))
                .isEqualTo((int) (Hashing.xxh3_64(SlotHash.SEED).hashBytesToLong(streamKey) >>> 52));
        assertThat(SlotHash.slotOf(view("acme", null, "user-1")))
                .isEqualTo((int) (Hashing.xxh3_64(SlotHash.SEED).hashBytesToLong(actorKey) >>> 52));
    }

    @Test
    void putsAStreamWhereItsEventsAreWhoeverTheActorIs() {
        int slot = SlotHash.slotOfStream("acme".getBytes(UTF_8), "wedding-1".getBytes(UTF_8));

        for (int actor = 0; actor < 100; actor++) {
            assertThat(SlotHash.slotOf(view("acme", "wedding-1", "user-" + actor)))
                    .isEqualTo(slot);
        }
    }

    @Test
    void keepsAStreamAndAnActorOfTheSameNameApart() {
        assertThat(SlotHash.slotOf(view("acme", "user-17", "user-17")))
                .isNotEqualTo(SlotHash.slotOf(view("acme", null, "user-17")));
    }

    @Test
    void takesAStreamNameLongerThanAnyEventMayHave() {
        byte[] name = "x".repeat(100_000).getBytes(UTF_8);

        assertThat(SlotHash.slotOfStream("acme".getBytes(UTF_8), name)).isBetween(0, SlotHash.SLOTS - 1);
    }

    @Test
    void spreadsKeysEvenlyOverShards() {
        int keys = 40_000;
        int[] perShard = new int[4];
        ShardMap map = ShardMap.first(perShard.length);
        for (int i = 0; i < keys; i++) {
            perShard[map.shardOf(SlotHash.slotOfStream("acme".getBytes(UTF_8), ("order-" + i).getBytes(UTF_8)))]++;
        }

        for (int count : perShard) {
            assertThat(count).isBetween(keys / 4 * 95 / 100, keys / 4 * 105 / 100);
        }
    }

    @Test
    void routesWithoutAllocating() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        SlotRouter router = new SlotRouter(ShardMap.first(4));
        EventView event = view("acme", "wedding-1", "user-1");
        long sum = routeOften(router, event);
        long before = threads.getCurrentThreadAllocatedBytes();

        sum += routeOften(router, event);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("bytes for 100,000 events (sum %d)", sum)
                .isLessThan(100_000);
    }

    private static long routeOften(SlotRouter router, EventView event) {
        long sum = 0;
        for (int i = 0; i < 100_000; i++) {
            sum += router.shardOf(event);
        }
        return sum;
    }

    private static EventView view(String tenant, String stream, String actor) {
        return TestEvents.view(TestEvents.event(tenant, stream, actor, 1));
    }
}
