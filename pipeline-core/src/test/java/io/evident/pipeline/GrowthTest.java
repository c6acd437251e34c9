package io.evident.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evident.event.AuditEvent;
import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.pipeline.fixture.Answer;
import io.evident.pipeline.fixture.Events;
import io.evident.pipeline.fixture.MemoryJournal;
import io.evident.pipeline.fixture.Road;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.recorder.LedgerRecorder;
import io.evident.pipeline.writer.ShardState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shards that are added to a road with events on it, and maps that change under them. */
class GrowthTest {
    private static final int STREAMS = 12;

    /** Where an event of a stream is. */
    private record Place(int epoch, int shard, long sequence, long number) {}

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void contract4_aStreamsOrderIsThatOfEpochAndSequenceWhereverItMoves(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        Road road = Road.withEmergency(Road.config(8, 8, 8), 2);
        road.pipeline.route(byStream(2, 2));
        Map<String, List<Long>> sent = new LinkedHashMap<>();
        List<Integer> indexes = new ArrayList<>();
        List<String> streams = new ArrayList<>();
        int epoch = 2;
        for (int number = 1; number <= 600; number++) {
            String stream = "s" + random.nextInt(STREAMS);
            // One lane: an event of another may overtake.
            indexes.add(road.offer(event(number, stream), Tier.JOURNALED));
            streams.add(stream);
            if (random.nextInt(40) == 0) {
                int shards = 1 + random.nextInt(6);
                while (road.journals.size() < shards) {
                    road.addShard();
                }
                road.pipeline.route(byStream(++epoch, shards));
            }
            if (random.nextInt(6) == 0) {
                road.work();
            }
        }
        road.settle();

        for (int i = 0; i < indexes.size(); i++) {
            if (road.answer(indexes.get(i)).isReceipt()) {
                sent.computeIfAbsent(streams.get(i), key -> new ArrayList<>()).add((long) i + 1);
            }
        }
        assertThat(inOrder(road)).as("seed %d", seed).isEqualTo(sent);
        assertThat(road.imbalances()).as("seed %d: contract 3", seed).isEmpty();
        assertThat(epoch).as("seed %d: the map has changed", seed).isGreaterThan(2);
        road.pipeline.close(1_000);
    }

    static long[] seeds() {
        return IntStream.rangeClosed(1, 60).mapToLong(seed -> seed).toArray();
    }

    private static AuditEvent event(long number, String stream) {
        return Events.of(Lane.CRITICAL, number).stream(stream).build();
    }

    /** The numbers of each stream's events by (epoch, sequence). */
    private static Map<String, List<Long>> inOrder(Road road) throws IOException {
        Map<String, List<Place>> places = new LinkedHashMap<>();
        for (MemoryJournal journal : road.journals) {
            for (BlockInfo block : journal.blocks()) {
                BlockReader reader = new BlockReader();
                journal.read(block, reader);
                while (reader.next()) {
                    String stream = reader.event().text(EventField.STREAM);
                    places.computeIfAbsent(stream, key -> new ArrayList<>())
                            .add(new Place(
                                    block.epoch(),
                                    journal.shard(),
                                    reader.sequence(),
                                    reader.event().idLow() & 0xFFFF_FFFFL));
                }
            }
        }
        Map<String, List<Long>> numbers = new LinkedHashMap<>();
        places.forEach((stream, found) -> {
            found.sort(Comparator.comparingInt(Place::epoch).thenComparingLong(Place::sequence));
            for (Place each : found) {
                assertThat(found.stream().filter(other -> other.epoch() == each.epoch()))
                        .as("in one epoch a stream is in one shard")
                        .allMatch(other -> other.shard() == each.shard());
            }
            numbers.put(stream, found.stream().map(Place::number).toList());
        });
        return numbers;
    }

    private static ShardRouter byStream(int epoch, int shards) {
        return new ShardRouter() {
            @Override
            public int shardCount() {
                return shards;
            }

            @Override
            public int shardOf(EventView event) {
                return event.has(EventField.STREAM)
                        ? Math.floorMod(event.text(EventField.STREAM).hashCode(), shards)
                        : 0;
            }

            @Override
            public int epoch() {
                return epoch;
            }
        };
    }

    /** All to one shard. */
    private static ShardRouter to(int epoch, int shards, int shard) {
        return new ShardRouter() {
            @Override
            public int shardCount() {
                return shards;
            }

            @Override
            public int shardOf(EventView event) {
                return shard;
            }

            @Override
            public int epoch() {
                return epoch;
            }
        };
    }

    @Test
    void anEventThatWasRoutedBeforeTheChangeKeepsItsShardAndEpoch() {
        Road road = Road.open();
        int before = road.offer(Events.standard(1).build(), Tier.JOURNALED);
        road.addShard();
        int betweenAddedAndRouted = road.offer(Events.standard(2).build(), Tier.JOURNALED);
        road.pipeline.route(to(2, 2, 1));
        int moved = road.offer(Events.standard(3).build(), Tier.JOURNALED);
        road.pipeline.route(to(3, 2, 0));
        int back = road.offer(Events.standard(4).build(), Tier.JOURNALED);
        road.settle();

        assertThat(List.of(road.answer(before), road.answer(betweenAddedAndRouted), road.answer(back)))
                .extracting(Answer::shard)
                .containsOnly(0);
        assertThat(road.answer(moved).shard()).isEqualTo(1);
        assertThat(road.journals.get(0).blocks())
                .as("a block holds one epoch")
                .extracting(BlockInfo::epoch, BlockInfo::count)
                .containsExactly(tuple(1, 2), tuple(3, 1));
        assertThat(road.journals.get(1).blocks()).extracting(BlockInfo::epoch).containsExactly(2);
        assertThat(road.pipeline.epoch()).isEqualTo(3);
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }

    @Test
    void whatTookTheEmergencyPathIsFoldedInWithTheEpochItWasRoutedIn() {
        Road road = Road.withEmergency(Road.config(2, 2, 2));
        for (int i = 1; i <= 4; i++) {
            road.offer(Events.of(Lane.CRITICAL, i).build(), Tier.SYNCED);
        }
        road.addShard();
        road.pipeline.route(to(2, 2, 0));
        road.offer(Events.of(Lane.CRITICAL, 5).build(), Tier.SYNCED);
        road.settle();

        assertThat(road.journals.get(0).blocks())
                .extracting(BlockInfo::epoch, BlockInfo::firstSequence)
                .containsExactly(tuple(1, 0L), tuple(1, 2L), tuple(2, 4L));
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void aDuplicateIsToldTheFirstOnesPlaceWhereverItWouldGoNow() {
        Road road = Road.withEmergency(Road.config());
        int stored = road.offer(Events.standard(1).build(), Tier.SYNCED);
        road.settle();
        int inFlight = road.offer(Events.standard(2).build(), Tier.SYNCED);
        road.addShard();
        road.pipeline.route(to(2, 2, 1));
        int storedAgain = road.offer(Events.standard(1).build(), Tier.SYNCED);
        int inFlightAgain = road.offer(Events.standard(2).build(), Tier.SYNCED);
        road.settle();

        for (int[] pair : new int[][] {{stored, storedAgain}, {inFlight, inFlightAgain}}) {
            Answer first = road.answer(pair[0]);
            Answer again = road.answer(pair[1]);
            assertThat(again.duplicate()).isTrue();
            assertThat(List.of(again.shard(), again.incarnation(), again.sequence()))
                    .isEqualTo(List.of(first.shard(), first.incarnation(), first.sequence()));
        }
        assertThat(road.journals.get(1).events()).isEmpty();
        assertThat(road.imbalances()).isEmpty();
    }

    @Test
    void contract2_anEventInDoubtGoesToTheShardThatMayHaveItAndToNoOther() {
        Road road = Road.open();
        road.journal().failAppend(1, new IOException("the disk is gone"), MemoryJournal.Remains.THE_BLOCK);
        int first = road.offer(Events.standard(1).build(), Tier.SYNCED);
        road.settle();
        road.addShard();
        road.pipeline.route(to(2, 2, 1));
        int again = road.offer(Events.standard(1).build(), Tier.SYNCED);
        int other = road.offer(Events.standard(2).build(), Tier.SYNCED);
        road.settle();

        assertThat(road.answer(first).reason()).isEqualTo(RefusalReason.OUTCOME_UNKNOWN);
        assertThat(road.pipeline.shards().get(0).health().state()).isEqualTo(ShardState.FAILED);
        assertThat(road.answer(again).reason()).isEqualTo(RefusalReason.UNAVAILABLE);
        assertThat(road.answer(other).shard()).isEqualTo(1);
        Road after = road.restarted();
        int settled = after.offer(Events.standard(1).build(), Tier.SYNCED);
        after.settle();
        assertThat(after.answer(settled).duplicate()).isTrue();
        assertThat(after.journals.get(1).events()).hasSize(1);
    }

    @Test
    void theLedgerCountsWhatNewShardsStore() {
        Road road = Road.open();
        LedgerRecorder recorder = new LedgerRecorder(
                road.pipeline,
                (condition, ms) -> {
                    for (int i = 0; i < 100 && !condition.getAsBoolean(); i++) {
                        road.clock.advanceMs(60);
                        road.work();
                    }
                    return condition.getAsBoolean();
                },
                road.clock,
                () -> Road.RECEIVED_NS);
        road.offer(Events.standard(1).build(), Tier.SYNCED);
        assertThat(recorder.record()).isTrue();
        road.addShard();
        road.pipeline.route(to(2, 2, 1));
        for (int i = 2; i <= 4; i++) {
            road.offer(Events.standard(i).build(), Tier.SYNCED);
        }
        road.settle();
        assertThat(recorder.record()).isTrue();

        AuditEvent last = road.journals.get(1).events().values().stream()
                .filter(event -> event.action().equals(LedgerRecorder.ACTION))
                .findFirst()
                .orElseThrow();
        assertThat(last.attributes())
                .contains("\"incarnations\":[1,1]")
                .contains("{\"shard\":1,\"incarnation\":1,\"from\":0,\"sequence\":2}");
        assertThat(last.attributes()).contains("\"received\":4,\"stored\":4");
    }

    @Test
    void newShardsShareTheWriterThreadsAndAreServed() throws Exception {
        Road road = Road.withThreads(Road.config(), 1);
        for (int i = 0; i < 4; i++) {
            road.addShard();
        }
        road.pipeline.route(to(2, 5, 4));
        int index = road.offer(Events.standard(1).build(), Tier.SYNCED);
        road.pipeline.awaitEmpty(TimeUnit.SECONDS.toMillis(20));

        assertThat(road.answer(index).shard()).isEqualTo(4);
        assertThat(Thread.getAllStackTraces().keySet())
                .as("two writers, as configured, and a committer for each shard")
                .extracting(Thread::getName)
                .contains("writer-0", "writer-1", "committer-4")
                .doesNotContain("writer-2");
        assertThat(road.pipeline.close(20_000)).isTrue();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("committer-") || name.startsWith("writer-"));
    }

    @Test
    void refusesAMapThatDoesNotFollowOrHasShardsThatAreNotThere() {
        Road road = Road.open();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> road.pipeline.route(to(1, 1, 0)))
                .withMessageContaining("does not follow");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> road.pipeline.route(to(2, 2, 0)))
                .withMessageContaining("opened are 1");
        MemoryJournal wrong = new MemoryJournal(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> road.pipeline.addShards(List.of(new ShardStores(wrong, wrong, null))))
                .withMessageContaining("in the place of shard 1");
        int index = road.offer(Events.standard(1).build(), Tier.SYNCED);
        road.settle();
        assertThat(road.answer(index).shard()).isZero();
        assertThat(road.pipeline.shards()).hasSize(1);
    }
}
