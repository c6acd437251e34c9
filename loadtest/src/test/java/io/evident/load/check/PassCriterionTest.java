package io.evident.load.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PassCriterionTest {
    private static final Map<String, Double> FIGURES =
            Map.of("p99", 1.0, "p99.9", 4.0, "critical.p99.9", 0.4, "rate", 50_000.0, "refused", 0.0);

    @ParameterizedTest
    @CsvSource({
        "p99<=1ms,true",
        "p99<1ms,false",
        "p99<1001us,true",
        "p99<0.5s,true",
        "p99.9>=4,true",
        "p99.9>4,false",
        "critical.p99.9<500us,true",
        "rate>=50000,true",
        "rate>=50001,false",
        "refused=0,true",
        " rate > 1 ,true",
    })
    void judgesAFigure(String text, boolean met) {
        String failure = PassCriterion.parse(text).failure(FIGURES);

        assertThat(failure == null).isEqualTo(met);
        assertThat(met || failure.startsWith(text.trim() + " failed: it is ")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"p99.99<1ms", "elevated.p99<1ms"})
    void failsWhereThereIsNoFigure(String text) {
        assertThat(PassCriterion.parse(text).failure(FIGURES)).contains("cannot be judged");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "p99", "p99<", "p99<fast", "p99<1.2.3ms", "p99 is 1", "p99<1h"})
    void refusesWhatIsNoCriterion(String text) {
        assertThatThrownBy(() -> PassCriterion.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no criterion");
    }
}
