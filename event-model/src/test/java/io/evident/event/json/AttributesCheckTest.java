package io.evident.event.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.evident.event.EventBytes;
import io.evident.event.EventLimits;
import io.evident.event.RandomEvents;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributesCheckTest {
    private final AttributesCheck check = new AttributesCheck();

    static Stream<Arguments> badAttributes() {
        return Stream.of(
                arguments("", RefusalReason.WRONG_TYPE),
                arguments("[]", RefusalReason.WRONG_TYPE),
                arguments("null", RefusalReason.WRONG_TYPE),
                arguments(" {}", RefusalReason.WRONG_TYPE),
                arguments("{", RefusalReason.MALFORMED),
                arguments("{} ", RefusalReason.MALFORMED),
                arguments("{}{}", RefusalReason.MALFORMED),
                arguments("{\"a\"}", RefusalReason.MALFORMED),
                arguments("{\"a\":\"\u0001\"}", RefusalReason.MALFORMED),
                arguments("{".repeat(1000), RefusalReason.MALFORMED),
                arguments("{\"a\":" + "[".repeat(60_000), RefusalReason.MALFORMED),
                arguments(
                        RandomEvents.attributesOfDepth(EventLimits.ATTRIBUTES_DEPTH + 1), RefusalReason.INVALID_VALUE),
                arguments("{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}", RefusalReason.INVALID_VALUE),
                arguments(RandomEvents.attributesOf(EventLimits.ATTRIBUTES_BYTES + 1), RefusalReason.EVENT_TOO_LARGE));
    }

    @ParameterizedTest(name = "[{index}] {1}")
    @MethodSource("badAttributes")
    void contract9_refusesWhatIsNoAllowedObject(String json, RefusalReason reason) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        Refusal refusal = check.check(bytes, 0, bytes.length);
        assertThat(refusal.reason()).as("%s", refusal).isEqualTo(reason);
        assertThat(refusal.field()).isEqualTo("attributes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{ }", "{\"a\":1,\"a\":1}", "{\"a\":1E99999}", "{\"\\ud83d\":[\"\u00e9\"]}"})
    void acceptsAnyOtherObjectWithinItsRange(String json) {
        byte[] bytes = ("xx" + json + "yy").getBytes(StandardCharsets.UTF_8);
        assertThat(check.check(bytes, 2, bytes.length - 4)).isNull();
    }

    @Test
    void refusesTextThatIsNotUtf8() {
        byte[] bytes = "{\"a\":\"~\"}".getBytes(StandardCharsets.UTF_8);
        bytes[6] = (byte) 0xC0;
        Refusal refusal = check.check(bytes, 0, bytes.length);
        assertThat(refusal.reason()).isEqualTo(RefusalReason.INVALID_TEXT);
        assertThat(refusal.detail()).endsWith("in line 1, column 7 (byte 6)");
    }

    @Test
    void hasNothingAgainstAnEventWithoutAttributes() {
        assertThat(check.check(EventBytes.view(RandomEvents.smallest()))).isNull();
        assertThat(check.check(EventBytes.view(RandomEvents.largest()))).isNull();
    }
}
