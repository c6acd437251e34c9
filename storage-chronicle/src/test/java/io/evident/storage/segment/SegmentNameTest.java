package io.evident.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentNameTest {
    @ParameterizedTest
    @CsvSource({"1-0,1,0", "12-34,12,34", "2147483646-2147483646,2147483646,2147483646"})
    void readsWhatItWrites(String text, int incarnation, int number) {
        assertThat(SegmentName.parse(text)).isEqualTo(new SegmentName(incarnation, number));
        assertThat(new SegmentName(incarnation, number)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "1",
                "1-",
                "-1",
                "0-0",
                "01-0",
                "1-00",
                "1-0-0",
                "1-0 ",
                "a-0",
                "1-b",
                "+1-0",
                "2147483647-0",
                "99999999999-0",
                "1-2147483647",
                "1-0.bak",
                "lost+found",
                "\u0661-\u0660"
            })
    void takesNothingElseForASegment(String text) {
        assertThat(SegmentName.parse(text)).isNull();
    }

    @Test
    void ordersByNumberAndNotByText() {
        assertThat(new SegmentName(2, 9)).isLessThan(new SegmentName(10, 0));
        assertThat(new SegmentName(10, 2)).isLessThan(new SegmentName(10, 10));
    }
}
