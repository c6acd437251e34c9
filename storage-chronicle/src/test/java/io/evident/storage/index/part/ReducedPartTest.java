package io.evident.storage.index.part;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.EventPlace;
import io.evident.storage.index.active.ActivePart;
import io.evident.storage.index.active.BlockTerms;
import io.evident.storage.index.events.Events;
import io.evident.storage.index.file.FilePart;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of blocks out of which events were taken: what is left has the numbers and places that it had. */
class ReducedPartTest {
    private static final int FIRST_BLOCK = 5;
    private static final long FIRST_SEQUENCE = 500;

    private final IndexOracle oracle = new IndexOracle();
    private RandomEvents events;

    private void append(long seed, int blocks) {
        events = new RandomEvents(seed, 500);
        long sequence = FIRST_SEQUENCE;
        for (int i = 0; i < blocks; i++) {
            int count = 1 + events.random().nextInt(200);
            oracle.add(events.block(sequence, count), 3);
            sequence += count;
        }
    }

    private ActivePart part() {
        ActivePart part = new ActivePart(2, FIRST_BLOCK, oracle.info(0));
        BlockTerms terms = new BlockTerms();
        for (int i = 0; i < oracle.blocks(); i++) {
            BlockReader reader = oracle.reader(i);
            assertThat(part.takes(reader.block())).isTrue();
            part.add(reader, terms);
        }
        return part;
    }

    private static List<EventPlace> places(IndexPart part) {
        List<EventPlace> places = new ArrayList<>();
        for (int event = 0; event < part.events(); event++) {
            places.add(part.place(event));
        }
        return places;
    }

    private void check(ActivePart before, String hint) {
        List<EventPlace> old = places(before.view());
        ActivePart active = part();
        for (IndexPart part : List.of(active.view(), PartOracle.inFile(active.view()))) {
            PartOracle.check(oracle, part, events, hint);
            List<EventPlace> places = places(part);
            for (int event = 0; event < part.events(); event++) {
                if (oracle.isThere(event)) {
                    assertThat(places.get(event)).as(hint).isEqualTo(old.get(event));
                }
            }
            for (FilterField field : FilterField.values()) {
                checkValues(part, field, hint);
            }
        }
        assertThat(active.view().part().fingerprint()).isEqualTo(before.fingerprint());
    }

    /** Whatever is counted: no value is known that only removed events had. */
    private void checkValues(IndexPart part, FilterField field, String hint) {
        int[] there = new int[part.events()];
        int count = 0;
        for (int event = 0; event < part.events(); event++) {
            if (oracle.isThere(event)) {
                there[count++] = event;
            }
        }
        List<String> ofAll = new ArrayList<>();
        part.count(field, Events.row(0, part.events()), (value, times) -> ofAll.add(value + ": " + times));
        List<String> ofThese = new ArrayList<>();
        part.count(field, Events.list(there, 0, count), (value, times) -> ofThese.add(value + ": " + times));
        assertThat(ofAll).as("%s by %s", hint, field).isEqualTo(ofThese);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatIsLeftIsFoundAndNothingElse(long seed) {
        append(seed, (int) (2 + seed * 3));
        ActivePart before = part();
        Random random = new Random(seed);
        int horizon = random.nextInt(oracle.events());
        int share = random.nextInt(4);
        oracle.remove(event -> event < horizon && random.nextInt(4) <= share);
        check(before, "seed " + seed);
        oracle.remove(event -> oracle.isThere(event) && random.nextInt(3) == 0);
        check(before, "again, seed " + seed);
    }

    @Test
    void theFirstTheLastAndAllOfABlock() {
        append(31, 5);
        ActivePart before = part();
        int second = oracle.info(0).count();
        int third = second + oracle.info(1).count();
        int last = oracle.events() - 1;
        for (IntPredicate removed : List.<IntPredicate>of(
                event -> event == 0,
                event -> event == last,
                event -> event == second - 1 || event == second,
                event -> event >= second && event < third,
                event -> oracle.isThere(event))) {
            oracle.remove(removed);
            check(before, "one after the other");
        }
    }

    @Test
    void aFullPartOfWhichNothingIsLeft() {
        events = new RandomEvents(7, 100);
        for (long sequence = 0; sequence < ActivePart.MAX_EVENTS; ) {
            int count = (int) Math.min(1_000, ActivePart.MAX_EVENTS - sequence);
            oracle.add(events.block(sequence, count), 0);
            sequence += count;
        }
        oracle.remove(event -> event != ActivePart.MAX_EVENTS - 1);
        ActivePart part = part();
        FilePart file = PartOracle.inFile(part.view());
        for (int i = 0; i < 2; i++) {
            var filter = events.filter();
            var range = events.range();
            oracle.check(part.view(), filter, range, "in memory");
            oracle.check(file, filter, range, "in a file");
        }
        oracle.checkId(file, RandomEvents.id(ActivePart.MAX_EVENTS - 1));
        oracle.checkId(file, RandomEvents.id(5));
        assertThat(file.sizeBytes()).isLessThan(ActivePart.MAX_EVENTS * 24);
    }
}
