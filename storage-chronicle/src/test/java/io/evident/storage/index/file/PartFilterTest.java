package io.evident.storage.index.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartFilterTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 24, 25, 1_000, 300_000})
    void hasEveryKeyThatWasAddedAndAboutOneOfAHundredOthers(int keys) {
        SplittableRandom random = new SplittableRandom(keys + 7L);
        long[] added = LongStream.generate(random::nextLong).limit(keys).toArray();
        PartFilter filter = PartFilter.forKeys(keys);
        for (long key : added) {
            filter.add(key);
        }
        PartFilter again = PartFilter.of(filter.words(), filter::word);

        assertThat(PartFilter.isOne(filter.words())).isTrue();
        for (long key : added) {
            assertThat(again.mayHave(key)).isTrue();
        }
        int others = 100_000;
        int passed = 0;
        for (int i = 0; i < others; i++) {
            passed += again.mayHave(random.nextLong()) ? 1 : 0;
        }
        assertThat(passed).isLessThan(others / 50);
        if (keys == 0) {
            assertThat(passed).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-8, 0, 1, 7, 9})
    void isMadeOfWholeBlocks(int words) {
        assertThat(PartFilter.isOne(words)).isFalse();
    }
}
