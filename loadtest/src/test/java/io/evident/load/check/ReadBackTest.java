package io.evident.load.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReadBackTest {
    private static final UUID ID = UUID.fromString("0193aaaa-0000-7000-8000-000000000001");
    private static final String SERVED = "{\"id\":\"" + ID
            + "\",%s\"tenant\":\"a\",\"actor\":{\"id\":\"u\"},\"action\":\"x\",\"resource\":{\"type\":\"d\",\"id\":\"1\"},"
            + "\"outcome\":\"success\",\"severity\":\"P4_INFO\",\"attributes\":{ \"k\" : 1 },\"receivedTime\":\"t\",\"shard\":1}";
    private static final String TIME = "\"time\":\"2026-11-23T07:01:46.487458705Z\",";

    private static AuditEvent.Builder event() {
        return AuditEvent.builder("a", "u", "x")
                .resource("d", "1")
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P4_INFO)
                .attributes("{ \"k\" : 1 }")
                .id(ID);
    }

    @Test
    void takesWhatIsServedAsItWasSentWithATimeFilledIn() {
        assertThat(ReadBack.isAsSent(event().build(), String.format(SERVED, TIME)))
                .isTrue();
    }

    @Test
    void findsEveryOtherByte() {
        AuditEvent sent = event().build();
        String served = String.format(SERVED, TIME);

        assertThat(ReadBack.isAsSent(sent, served.replace("{ \"k\" : 1 }", "{\"k\":1}")))
                .isFalse();
        assertThat(ReadBack.isAsSent(sent, served.replace("\"a\"", "\"b\""))).isFalse();
        assertThat(ReadBack.isAsSent(sent, served.replace(",\"attributes\"", ",\"labels\":[\"z\"],\"attributes\"")))
                .isFalse();
        assertThat(ReadBack.isAsSent(sent, served.replace("000001\"", "000002\"")))
                .isFalse();
        assertThat(ReadBack.isAsSent(event().timeNs(5).build(), served)).isFalse();
    }

    @Test
    void wantsAsManyEventsAsThereAreReceiptsAndNoMoreThanMayBeThere() {
        assertThat(new ReadBack(10, 10, 10, 0, 0, List.of()).isRight()).isTrue();
        assertThat(new ReadBack(10, 10, 9, 0, 0, List.of()).isRight()).isFalse();
        assertThat(new ReadBack(10, 10, 11, 0, 0, List.of()).isRight()).isFalse();
        assertThat(new ReadBack(10, 12, 12, 0, 0, List.of()).isRight()).isTrue();
        assertThat(new ReadBack(10, 12, 13, 0, 0, List.of()).isRight()).isFalse();
        assertThat(new ReadBack(10, 10, 10, 1, 0, List.of("wrong")).isRight()).isFalse();
        assertThat(new ReadBack(10, 10, 9, 0, 0, List.of()).text()).startsWith("MISMATCH");
        assertThat(new ReadBack(10, 10, 10, 7, 3, List.of()).text()).contains("4 of a sample compared, 3 have expired");
    }
}
