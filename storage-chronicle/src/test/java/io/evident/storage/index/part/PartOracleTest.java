package io.evident.storage.index.part;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FieldCondition;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.filter.ValuePattern;
import io.evident.pipeline.index.EventSet;
import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.index.IndexedEvent;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.index.active.ActivePart;
import io.evident.storage.index.active.BlockTerms;
import io.evident.storage.index.file.FilePart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts against looking at every event. */
class PartOracleTest {
    private static final int FIRST_BLOCK = 17;
    private static final long FIRST_SEQUENCE = 1_000;

    private final IndexOracle oracle = new IndexOracle();
    private ActivePart active;
    private long sequence = FIRST_SEQUENCE;

    private void fill(RandomEvents events, int blocks) {
        for (int i = 0; i < blocks; i++) {
            int count = 1 + events.random().nextInt(1 + events.random().nextInt(400));
            BlockReader reader = oracle.add(events.block(sequence, count), 3);
            active = active == null ? new ActivePart(2, FIRST_BLOCK, reader.block()) : active;
            assertThat(active.takes(reader.block())).isTrue();
            active.add(reader, new BlockTerms());
            sequence += count;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void findsWhatMatches(long seed) {
        RandomEvents events = new RandomEvents(seed, seed % 2 == 0 ? 20 : 5_000);
        fill(events, (int) (seed * seed));
        PartOracle.check(oracle, active.view(), events, "in memory, seed " + seed);
        FilePart file = PartOracle.inFile(active.view());
        PartOracle.check(oracle, file, events, "in a file, seed " + seed);
        file.keepFilter();
        PartOracle.check(oracle, file, events, "in a file with its filter in memory, seed " + seed);
    }

    @Test
    void looksForTheTenantsThatBothScopeAndQuestionName() {
        RandomEvents events = new RandomEvents(8, 60);
        fill(events, 12);
        FilePart file = PartOracle.inFile(active.view());
        List<ValuePattern> acme = List.of(ValuePattern.exactly("acme"));
        List<ValuePattern> both = List.of(ValuePattern.exactly("acme"), ValuePattern.exactly("acme-2"));
        List<ValuePattern> beginning = List.of(ValuePattern.startingWith("acme"));
        List<ValuePattern> mixed = List.of(ValuePattern.exactly("globex"), ValuePattern.startingWith("acme-"));
        for (TenantScope scope : List.of(
                TenantScope.only(),
                TenantScope.only("acme"),
                TenantScope.only("acme", "acme-2"),
                TenantScope.only("globex", "nobody"),
                TenantScope.allButSystem())) {
            for (List<ValuePattern> values : List.of(acme, both, beginning, mixed)) {
                for (boolean negated : new boolean[] {false, true}) {
                    FieldCondition condition = new FieldCondition(FilterField.TENANT, negated, values);
                    EventFilter filter = new EventFilter(scope, List.of(condition), null);
                    oracle.check(file, filter, TimeRange.ALWAYS, "in a file");
                    oracle.check(active.view(), filter, TimeRange.ALWAYS, "in memory");
                }
            }
        }
    }

    /** More events than one container of a bitmap has. */
    private static final int MANY_BLOCKS = 700;

    @ParameterizedTest(name = "{0} blocks")
    @ValueSource(ints = {1, 12, MANY_BLOCKS})
    void talliesInAFileWhatItFinds(int blocks) {
        RandomEvents events = new RandomEvents(blocks, 40);
        fill(events, blocks);
        FilePart part = PartOracle.inFile(active.view());
        for (int i = 0; i < 60; i++) {
            EventFilter filter = events.filter();
            TimeRange range = events.range();
            EventSet found = part.search(filter, range, ShardHorizon.NONE);
            EventSet tally = part.tally(filter, range, ShardHorizon.NONE);
            String hint = blocks + " blocks, question " + i + ": " + filter + ' ' + range;
            assertThat(tally.size()).as(hint).isEqualTo(found.size());
            // Often enough that it begins to answer from a copy.
            for (int j = 0; j < 40; j++) {
                int from = events.random().nextInt(part.events());
                int to = events.random().nextInt(part.events() + 1);
                assertThat(tally.size(from, to)).as(hint).isEqualTo(found.size(from, to));
                assertThat(tally.next(from)).as(hint).isEqualTo(found.next(from));
                assertThat(tally.previous(from)).as(hint).isEqualTo(found.previous(from));
            }
            int block = part.blockOf(events.random().nextInt(part.events()));
            requireOneByOne(part, block, tally, hint);
            requireOneByOne(part, block, found, hint);
            assertThat(counts(part, tally)).as(hint).isEqualTo(counts(part, found));
        }
        if (blocks == MANY_BLOCKS) {
            assertThat(part.events()).isGreaterThan(1 << 16);
        }
        for (int i = 0; i < 3; i++) {
            oracle.check(part, events.filter(), events.range(), "many events");
        }
    }

    /** What is told of a block's events together is what is told of each. */
    private static void requireOneByOne(IndexPart part, int block, EventSet among, String hint) {
        List<IndexedEvent> expected = new ArrayList<>();
        for (int event = part.firstEvent(block); event < part.firstEvent(block + 1); event++) {
            if (among.size(event, event + 1) == 1) {
                expected.add(new IndexedEvent(part.timeNs(event), part.place(event)));
            }
        }
        assertThat(part.eventsOf(block, among)).as(hint).isEqualTo(expected);
        assertThat(part.timesNs(block, among))
                .as(hint)
                .isEqualTo(expected.stream().mapToLong(IndexedEvent::timeNs).toArray());
    }

    private static Map<String, Integer> counts(IndexPart part, EventSet among) {
        Map<String, Integer> counts = new HashMap<>();
        part.count(FilterField.ACTION, among, counts::put);
        return counts;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {3, 4})
    void whatWasFoundDoesNotHangOnTheFile(long seed) {
        RandomEvents events = new RandomEvents(seed, 20);
        fill(events, 60);
        ByteBuffer file = PartOracle.written(active.view());
        FilePart part = PartOracle.opened(active.view(), file);
        List<EventSet> found = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            found.add(part.search(events.filter(), events.range(), ShardHorizon.NONE));
        }
        found.add(part.search(EventFilter.all(TenantScope.allButSystem()), TimeRange.ALWAYS, ShardHorizon.NONE));
        List<List<Integer>> before = found.stream().map(IndexOracle::toList).toList();

        file.put(0, new byte[file.capacity()]);

        assertThat(found.stream().map(IndexOracle::toList).toList()).isEqualTo(before);
    }

    @Test
    void aViewStaysAsItIsWhileThePartGrows() {
        RandomEvents events = new RandomEvents(11, 300);
        fill(events, 20);
        IndexPart early = active.view();
        int count = early.events();
        fill(events, 20);
        assertThat(early.events()).isEqualTo(count);
        for (int i = 0; i < 60; i++) {
            oracle.check(early, events.filter(), events.range(), "an early view");
        }
        oracle.checkId(early, RandomEvents.id(sequence - 1));
    }
}
