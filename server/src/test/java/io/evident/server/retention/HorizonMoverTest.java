package io.evident.server.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.retention.Horizon;
import io.evident.pipeline.retention.RetentionHold;
import io.evident.pipeline.retention.RetentionRule;
import io.evident.server.retention.state.RetentionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HorizonMoverTest {
    private static final long S = TimeUnit.SECONDS.toNanos(1);
    private static final RetentionHold HOLD = new RetentionHold("case 17", 0, "kim");

    @TempDir
    private Path data;

    private final RetentionFigures figures = new RetentionFigures(System::nanoTime);
    private final List<MemoryRetained> shards = List.of(new MemoryRetained(0), new MemoryRetained(1));
    private RetentionStore store;
    private HorizonMover mover;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(data.resolve("shard-00"));
        store = RetentionStore.open(data);
        mover = new HorizonMover(store, new AgeCuts(bytes -> {}), figures);
    }

    private void move(long nowSeconds) throws IOException {
        mover.move(shards, nowSeconds * S, () -> true);
    }

    private long cut(int shard, String tenant) {
        return store.horizon().of(shard).of(tenant);
    }

    @Test
    void withoutARuleNothingEverExpiresAndNothingIsReadOrWritten() throws IOException {
        shards.get(0).append("acme", 1 * S);
        shards.get(0).seal();
        move(1L << 33);
        assertThat(store.horizon()).isSameAs(store.horizon());
        assertThat(store.horizon().version()).isEqualTo(Horizon.NONE.version());
        assertThat(shards.get(0).reads()).isZero();
        assertThat(data.resolve("retention.json")).doesNotExist();
    }

    @Test
    void eachTenantExpiresByItsOwnRuleAndAllOthersByTheirs() throws IOException {
        store.change(
                state -> state.withRule("acme", new RetentionRule(60, 0)).withRule("*", new RetentionRule(600, 0)));
        for (MemoryRetained shard : shards) {
            shard.append("acme", 100 * S);
            shard.append("globex", 200 * S);
        }
        move(165);
        assertThat(cut(0, "acme")).isEqualTo(1);
        assertThat(cut(1, "acme")).isEqualTo(1);
        assertThat(cut(0, "globex")).isZero();
        move(705);
        assertThat(cut(0, "globex")).isEqualTo(1);
        assertThat(cut(0, "acme")).isEqualTo(2);
        assertThat(cut(0, "_system")).isZero();
    }

    @Test
    void whereThereIsNoTimeForAllShardsEachIsTheFirstInItsTurn() throws IOException {
        store.change(state -> state.withRule("*", new RetentionRule(60, 0)));
        for (MemoryRetained shard : shards) {
            for (int i = 0; i < 4; i++) {
                shard.append("acme", 100 * S);
            }
        }
        for (int i = 0; i < 2; i++) {
            int[] steps = {2};
            mover.move(shards, 1_000 * S, () -> steps[0]-- > 0);
        }
        assertThat(cut(0, "acme")).isEqualTo(2);
        assertThat(cut(1, "acme")).isEqualTo(2);
    }

    @Test
    void aSealedSegmentIsNotReadAgainBlockByBlock() throws IOException {
        store.change(state -> state.withRule("*", new RetentionRule(60, 0)));
        MemoryRetained shard = shards.get(0);
        for (int i = 0; i < 4; i++) {
            shard.append("acme", (100 + i) * S);
        }
        shard.seal();
        move(162);
        assertThat(cut(0, "acme")).isEqualTo(2);
        assertThat(shard.reads()).isZero();
        shard.append("acme", 110 * S);
        move(168);
        assertThat(cut(0, "acme")).isEqualTo(4);
        assertThat(shard.reads()).as("of what is not sealed").isOne();
    }

    @Test
    void whicheverOfAgeAndSizeEndsFirstCounts() throws IOException {
        store.change(state -> state.withRule("acme", new RetentionRule(60, 1)));
        shards.get(0).append("acme", 100 * S);
        shards.get(0).seal();
        shards.get(0).append("acme", 110 * S);
        move(120);
        assertThat(cut(0, "acme")).as("the sealed segment does not fit").isEqualTo(1);
        move(171);
        assertThat(cut(0, "acme")).as("old, though in no sealed segment").isEqualTo(2);
    }

    @Test
    void aHeldTenantStandsStillAndGoesOnWhenReleased() throws IOException {
        store.change(state -> state.withRule("*", new RetentionRule(60, 0)));
        shards.get(0).append("acme", 100 * S);
        move(161);
        assertThat(cut(0, "acme")).isEqualTo(1);
        store.change(state -> state.withHold("acme", HOLD));
        shards.get(0).append("acme", 170 * S);
        move(1_000);
        assertThat(cut(0, "acme")).isEqualTo(1);
        assertThat(cut(0, "globex")).isEqualTo(2);
        store.change(state -> state.withoutHold("acme"));
        move(1_001);
        assertThat(cut(0, "acme")).isEqualTo(2);
        assertThat(store.state().cuts().tenants()).isEmpty();
    }

    @Test
    void aLongerRuleOrNoneMovesNothingBack() throws IOException {
        store.change(state -> state.withRule("acme", new RetentionRule(60, 0)));
        shards.get(0).append("acme", 100 * S);
        move(161);
        store.change(state -> state.withRule("acme", new RetentionRule(6_000, 0)));
        move(162);
        assertThat(cut(0, "acme")).isEqualTo(1);
        store.change(state -> state.withoutRule("acme"));
        move(163);
        assertThat(cut(0, "acme")).isEqualTo(1);
    }

    @Test
    void aHoldThatComesWhileItIsFoundOutWins() throws IOException {
        store.change(state -> state.withRule("*", new RetentionRule(60, 0)));
        shards.get(0).append("acme", 100 * S);
        boolean[] held = new boolean[1];
        mover.move(shards, 500 * S, () -> {
            if (!held[0]) {
                held[0] = true;
                hold("acme");
            }
            return true;
        });
        assertThat(cut(0, "acme")).isZero();
        assertThat(cut(0, "globex")).as("the next time").isZero();
        move(500);
        assertThat(cut(0, "acme")).isZero();
        assertThat(cut(0, "globex")).isEqualTo(1);
    }

    private void hold(String tenant) {
        try {
            store.change(state -> state.withHold(tenant, HOLD));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDamagedSegmentKeepsNoOtherFromExpiring() throws IOException {
        store.change(state -> state.withRule("acme", new RetentionRule(0, 1)).withRule("*", new RetentionRule(60, 0)));
        shards.get(0).append("acme", 100 * S);
        shards.get(0).seal();
        shards.get(0).append("acme", 110 * S);
        shards.get(0).seal();
        shards.get(0).makeUnreadable(0);
        move(1_000);
        assertThat(cut(0, "acme")).isEqualTo(2);
        assertThat(cut(0, "globex")).isEqualTo(2);
        assertThat(figures.now().failures()).isEqualTo(1);
    }

    @Test
    void whatHasExpiredByItsAgeIsNotCountedBySizeSoThatTheRestStays() throws IOException {
        MemoryRetained shard = shards.get(0);
        for (int i = 0; i < 11; i++) {
            shard.append("acme", 100 * S);
        }
        shard.append("acme", 900 * S);
        shard.seal();
        for (int i = 0; i < 8; i++) {
            shard.append("acme", 910 * S);
        }
        shard.seal();
        long each = shard.events().get(0).bytes();
        store.change(state -> state.withRule("acme", new RetentionRule(200, 10 * each)));
        move(1_000);
        assertThat(cut(0, "acme")).as("9 are left, and 10 may be").isEqualTo(11);
    }

    @Test
    void aSizeDoesNotReachIntoALaterIncarnationWhereSequencesComeAgain() throws IOException {
        MemoryRetained shard = shards.get(0);
        shard.append("acme", 100 * S, 100 * S, 100 * S, 100 * S);
        shard.reopen(2);
        shard.append("acme", 500 * S, 500 * S);
        store.change(state -> state.withRule("acme", new RetentionRule(0, 1)));
        move(600);
        assertThat(cut(0, "acme"))
                .as("2 and 3 are kept: in no sealed segment yet")
                .isEqualTo(2);
    }

    @Test
    void aTenantThatLostItsHoldExpiresWithAllOthersBySize() throws IOException {
        MemoryRetained shard = shards.get(0);
        shard.append("acme", 100 * S);
        shard.append("globex", 101 * S);
        shard.seal();
        store.change(state -> state.withRule("*", new RetentionRule(0, 1)).withHold("acme", HOLD));
        move(200);
        assertThat(cut(0, "globex")).isEqualTo(2);
        store.change(state -> state.withoutHold("acme"));
        assertThat(cut(0, "acme")).isZero();
        shard.append("globex", 102 * S);
        shard.seal();
        long each = shard.events().get(0).bytes();
        store.change(state -> state.withRule("*", new RetentionRule(0, 3 * each)));
        move(300);
        assertThat(cut(0, "acme")).as("two events fit").isZero();
        store.change(state -> state.withRule("*", new RetentionRule(0, 1)));
        move(301);
        assertThat(cut(0, "acme")).isEqualTo(3);
        assertThat(store.state().cuts().tenants()).as("it has caught up").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void neverHidesWhatARuleKeepsAndHidesWhatIsOldSoon(long seed) throws IOException {
        Random random = new Random(seed);
        List<String> tenants = List.of("acme", "globex", "initech");
        store.change(
                state -> state.withRule("acme", new RetentionRule(100, 0)).withRule("*", new RetentionRule(300, 0)));
        long now = 10_000;
        for (int step = 0; step < 300; step++) {
            now += random.nextInt(10);
            MemoryRetained shard = shards.get(random.nextInt(2));
            int count = 1 + random.nextInt(4);
            String[] of = new String[count];
            long[] received = new long[count];
            for (int i = 0; i < count; i++) {
                of[i] = tenants.get(random.nextInt(3));
                received[i] = (now - random.nextInt(3)) * S;
            }
            shard.append(of, received);
            if (random.nextInt(20) == 0) {
                shard.seal();
            }
            move(now);
            for (MemoryRetained each : shards) {
                for (MemoryRetained.Kept event : each.events()) {
                    long age = event.tenant().equals("acme") ? 100 : 300;
                    boolean hidden = event.sequence() < cut(each.shard(), event.tenant());
                    long oldS = now - event.receivedNs() / S;
                    String as = "seed " + seed + ", step " + step + ", " + event + " is " + oldS + " s old";
                    if (oldS <= age) {
                        assertThat(hidden).as(as).isFalse();
                    } else if (oldS > age + 3) {
                        assertThat(hidden).as(as).isTrue();
                    }
                }
            }
        }
    }
}
