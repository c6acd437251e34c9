package io.evident.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PercentilesTest {
    @ParameterizedTest
    @CsvSource({
        "50,199,false",
        "50,200,true",
        "99,9999,false",
        "99,10000,true",
        "99.9,99999,false",
        "99.9,100000,true",
        "99.99,999999,false",
        "99.99,1000000,true",
    })
    void wantsAHundredValuesBeyond(double percentile, long count, boolean enough) {
        assertThat(Percentiles.isEnough(count, percentile)).isEqualTo(enough);
    }

    @Test
    void namesThoseWithTooFew() {
        Histogram histogram = new Histogram(3);
        histogram.recordValueWithCount(2_000_000, 10_000);

        assertThat(Percentiles.tooFew(histogram)).containsExactly("p99.9", "p99.99");
        assertThat(Percentiles.text(histogram))
                .startsWith("p50 2.00   p90")
                .endsWith("(too few values: p99.9, p99.99)");
    }

    @Test
    void theEventsOfABatchAreOneValue() {
        Histogram histogram = new Histogram(3);
        histogram.recordValueWithCount(2_000_000, 100_000);

        assertThat(Percentiles.tooFew(histogram, 1)).containsExactly("p99.99");
        assertThat(Percentiles.tooFew(histogram, 10)).containsExactly("p99.9", "p99.99");
        assertThat(Percentiles.text(histogram, 500)).endsWith("(too few values: p90, p99, p99.9, p99.99)");
    }

    @Test
    void writesJsonOfAnything() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a \"b\"", Arrays.asList(1, 2.5, null, true, Double.NaN));
        map.put("c", Map.of("d", "\n\\"));

        assertThat(JsonLine.of(map))
                .isEqualTo("{\"a \\\"b\\\"\":[1,2.500,null,true,null],\"c\":{\"d\":\"\\u000a\\\\\"}}");
        assertThat(JsonLine.of(List.of())).isEqualTo("[]");
    }
}
