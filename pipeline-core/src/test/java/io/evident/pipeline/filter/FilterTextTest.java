package io.evident.pipeline.filter;

import static io.evident.pipeline.filter.ValuePattern.exactly;
import static io.evident.pipeline.filter.ValuePattern.startingWith;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FilterTextTest {
    private static List<ValuePattern> values(FilterField field, String text) {
        FilterText.Reading reading = FilterText.read(field, false, text);
        assertThat(reading.complaint()).as(text).isNull();
        return reading.condition().values();
    }

    private static Stream<Arguments> meanings() {
        return Stream.of(
                Arguments.of("login", List.of(exactly("login"))),
                Arguments.of("b,a", List.of(exactly("a"), exactly("b"))),
                Arguments.of("a,a", List.of(exactly("a"))),
                Arguments.of("document.*", List.of(startingWith("document."))),
                Arguments.of("x*,x", List.of(exactly("x"), startingWith("x"))),
                Arguments.of("a\\,b", List.of(exactly("a,b"))),
                Arguments.of("a\\*", List.of(exactly("a*"))),
                Arguments.of("a\\**", List.of(startingWith("a*"))),
                Arguments.of("\\*", List.of(exactly("*"))),
                Arguments.of("\\**", List.of(startingWith("*"))),
                Arguments.of("a\\\\,b", List.of(exactly("a\\"), exactly("b"))),
                Arguments.of("a\\\\*", List.of(startingWith("a\\"))),
                Arguments.of("DOMAIN\\user", List.of(exactly("DOMAIN\\user"))),
                Arguments.of("a\\", List.of(exactly("a\\"))),
                Arguments.of(" a , b ", List.of(exactly(" a "), exactly(" b "))),
                Arguments.of("10.0.0.0/8", List.of(exactly("10.0.0.0/8"))),
                Arguments.of("\u00e9\ud83d\ude00*", List.of(startingWith("\u00e9\ud83d\ude00"))));
    }

    @ParameterizedTest
    @MethodSource("meanings")
    void readsValuesBeginningsAndEscapes(String text, List<ValuePattern> meaning) {
        assertThat(values(FilterField.ACTOR, text)).isEqualTo(meaning);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ACTOR|,|empty value",
                "ACTOR|a,|empty value",
                "ACTOR|,a|empty value",
                "ACTOR|a,,b|empty value",
                "ACTOR|*|asks for nothing",
                "ACTOR|a,*|asks for nothing",
                "ACTOR|a*b|within a value",
                "ACTOR|a**|within a value",
                "ACTOR|*a,b|within a value",
                "OUTCOME|SUCCESS|one of success, failure, denied, unknown",
                "OUTCOME|success,ok|one of success, failure, denied, unknown",
                "OUTCOME|succ*|one of success, failure, denied, unknown",
                "SEVERITY|p0_critical|one of P0_CRITICAL, P1_HIGH",
                "SEVERITY|P0*|one of P0_CRITICAL, P1_HIGH",
                "IP|10.*|10.1.0.0/16",
                "IP|10.1.0.0/33|2001:db8::/32",
                "IP|10.1/16|2001:db8::/32",
                "IP|gate/8|2001:db8::/32",
                "IP|::ffff:10.0.0.0/104|2001:db8::/32"
            })
    void contract9_tellsWhatIsWrongAndWhatWouldBeRight(FilterField field, String text, String remedy) {
        FilterText.Reading reading = FilterText.read(field, false, text);
        assertThat(reading.condition()).isNull();
        assertThat(reading.complaint()).contains(remedy);
    }

    @ParameterizedTest
    @EnumSource(FilterField.class)
    void refusesAnEmptyTextForEveryField(FilterField field) {
        assertThat(FilterText.read(field, false, "").complaint()).isNotNull();
    }

    @Test
    void takesAsManyValuesAsAConditionMayHaveAndNotOneMore() {
        String full = IntStream.range(0, FieldCondition.MAX_VALUES)
                .mapToObj(i -> "v" + i)
                .collect(Collectors.joining(","));
        assertThat(values(FilterField.LABEL, full)).hasSize(FieldCondition.MAX_VALUES);
        assertThat(FilterText.read(FilterField.LABEL, false, full + ",one-more").complaint())
                .contains("257")
                .contains("256");
    }

    @Test
    void tellsNetworksFromAddressesAndNames() {
        assertThat(values(FilterField.IP, "gate.example,10.0.0.1,10.1.0.0/16,2001:db8::/32"))
                .extracting(ValuePattern::kind)
                .containsExactly(
                        ValuePattern.Kind.EXACT,
                        ValuePattern.Kind.EXACT,
                        ValuePattern.Kind.NETWORK,
                        ValuePattern.Kind.NETWORK);
    }

    @Test
    void keepsTheNegation() {
        assertThat(FilterText.read(FilterField.OUTCOME, true, "success").condition())
                .isEqualTo(new FieldCondition(FilterField.OUTCOME, true, List.of(exactly("success"))));
    }

    @Test
    void equalConditionsAreEqualInAnyOrder() {
        assertThat(FilterText.read(FilterField.ACTION, false, "b,a*,c"))
                .isEqualTo(FilterText.read(FilterField.ACTION, false, "c,b,a*,a*"));
    }

    private static IntStream seeds() {
        return IntStream.rangeClosed(1, 200);
    }

    /** Whoever escapes each comma, asterisk and backslash gets exactly the values that were meant. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void readsBackWhateverWasEscaped(int seed) {
        Random random = new Random(seed);
        TreeSet<String> exact = new TreeSet<>();
        TreeSet<String> prefixes = new TreeSet<>();
        List<String> written = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            StringBuilder value = new StringBuilder();
            for (int j = random.nextInt(5); j >= 0; j--) {
                value.append("a,*\\b\u00e9 ".charAt(random.nextInt(7)));
            }
            boolean prefix = random.nextBoolean();
            (prefix ? prefixes : exact).add(value.toString());
            written.add(value.toString().replaceAll("([,*\\\\])", "\\\\$1") + (prefix ? "*" : ""));
        }
        List<ValuePattern> meant = Stream.concat(
                        exact.stream().map(ValuePattern::exactly),
                        prefixes.stream().map(ValuePattern::startingWith))
                .toList();
        assertThat(values(FilterField.RESOURCE, String.join(",", written))).isEqualTo(meant);
    }

    @Test
    void findsEachFieldByItsNameOnly() {
        for (FilterField field : FilterField.values()) {
            assertThat(FilterField.ofText(field.text())).isEqualTo(field);
        }
        assertThat(FilterField.ofText("ACTOR")).isNull();
        assertThat(FilterField.ofText("")).isNull();
    }
}
