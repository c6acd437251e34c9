package io.evident.event.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemJsonTest {
    @Test
    void writesTheMembersOfRfc9457AndTheField() {
        Refusal refusal = new Refusal(RefusalReason.MISSING_FIELD, "actor.id", "is required");
        assertThat(text(ProblemJson.of(refusal)))
                .isEqualTo("{\"type\":\"urn:evident:problem:missing-field\",\"title\":\"A required field is missing\","
                        + "\"status\":400,\"detail\":\"is required\",\"field\":\"actor.id\"}");
    }

    @Test
    void addsWhatElseIsKnown() {
        ProblemJson problem = ProblemJson.of(Refusal.of(RefusalReason.MALFORMED, "d"))
                .withLine(7)
                .withIndex(6)
                .withId(new UUID(1, 2));
        assertThat(text(problem))
                .endsWith("\"detail\":\"d\",\"line\":7,\"index\":6,\"id\":\"00000000-0000-0001-0000-000000000002\"}");
    }

    @Test
    void contract1_saysThatTheOutcomeIsUnknown() {
        Refusal refusal = Refusal.of(RefusalReason.OUTCOME_UNKNOWN, "the force failed");
        assertThat(text(ProblemJson.of(refusal).withIndex(0)))
                .contains("\"status\":503")
                .endsWith("\"index\":0,\"outcome\":\"unknown\"}");
    }

    @ParameterizedTest
    @EnumSource(RefusalReason.class)
    void hasATypeTitleAndStatusForEveryReason(RefusalReason reason) {
        assertThat(text(ProblemJson.of(Refusal.of(reason, "d"))))
                .startsWith("{\"type\":\"urn:evident:problem:" + reason.text() + "\",\"title\":\"" + reason.title()
                        + "\",\"status\":" + reason.status() + ",");
    }

    @Test
    void shortensAndEscapesWhatItShowsOfTheInput() {
        assertThat(JsonExcerpt.of("a\u0000\u001b[31m\u202e\u00e9\ud83d\ud83d\udc8d"))
                .isEqualTo("a\\u0000\\u001b[31m\\u202e\u00e9\\ud83d\ud83d\udc8d");
        assertThat(JsonExcerpt.of("x".repeat(64))).isEqualTo("x".repeat(64));
        assertThat(JsonExcerpt.of("x".repeat(65))).isEqualTo("x".repeat(61) + "...");
        assertThat(JsonExcerpt.of("\u0001".repeat(65))).hasSizeLessThanOrEqualTo(JsonExcerpt.MAX_CHARS);
    }

    private static String text(ProblemJson problem) {
        return new String(problem.toBytes(), StandardCharsets.UTF_8);
    }
}
