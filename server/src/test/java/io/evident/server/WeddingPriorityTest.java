package io.evident.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Severity;
import io.evident.pipeline.priority.PriorityPolicy;
import io.evident.server.config.load.ConfigException;
import io.evident.server.config.load.ConfigLoader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The priority table of the shipped wedding profile: every combination of its four rules. */
class WeddingPriorityTest {
    /** The profile's calendar has two days of this wedding: Friday and Saturday, 20 and 21 November 2026, in Berlin. */
    private static final String WEDDING = "wedding-4711";

    private static PriorityPolicy policy;

    @BeforeAll
    static void load() throws ConfigException {
        Path profile = ProjectFiles.root().resolve("config/profiles/wedding-platform.yaml");
        policy = PolicyOf.config(ConfigLoader.load(profile, Map.of(), List.of()).priority());
    }

    @ParameterizedTest(name = "occasion {0}, saturday {1}, P0 {2}, protected {3}: {4}, {5}")
    @CsvSource({
        "false, false, false, false,  100, STANDARD",
        "false, false, false, true,   400, ELEVATED",
        "false, false, true,  false,  900, CRITICAL",
        "false, false, true,  true,  1200, CRITICAL",
        "false, true,  false, false,  600, ELEVATED",
        "false, true,  false, true,   900, CRITICAL",
        "false, true,  true,  false, 1400, CRITICAL",
        "false, true,  true,  true,  1700, CRITICAL",
        "true,  false, false, false, 1100, CRITICAL",
        "true,  false, false, true,  1400, CRITICAL",
        "true,  false, true,  false, 1900, CRITICAL",
        "true,  false, true,  true,  2200, CRITICAL",
        "true,  true,  false, false, 1600, CRITICAL",
        "true,  true,  false, true,  1900, CRITICAL",
        "true,  true,  true,  false, 2400, CRITICAL",
        "true,  true,  true,  true,  2700, CRITICAL"
    })
    void givesEveryCombinationOfRulesItsScoreAndLane(
            boolean occasion, boolean saturday, boolean p0, boolean protectedData, int score, Lane lane) {
        String time = saturday ? "2026-11-21T12:00:00Z" : "2026-11-20T12:00:00Z";
        AuditEvent event = event(
                occasion ? WEDDING : "wedding-without-calendar",
                time,
                p0 ? Severity.P0_CRITICAL : Severity.P1_HIGH,
                protectedData ? "guest-list" : "menu");
        assertScore(event, score, lane);
        // The other way to be protected data: by a label.
        AuditEvent labelled = AuditEvent.builder("acme", "user-1", "read").timeNs(event.timeNs()).stream(event.stream())
                .severity(event.severity())
                .resource("menu", "1")
                .labels(protectedData ? new String[] {"vegan", "pii"} : new String[] {"vegan"})
                .build();
        assertScore(labelled, score, lane);
    }

    /** Days begin and end in Berlin, which is an hour ahead of UTC in November. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-19T22:59:59.999999999Z,  100, STANDARD",
        "2026-11-19T23:00:00Z,           1100, CRITICAL",
        "2026-11-20T22:59:59.999999999Z, 1100, CRITICAL",
        "2026-11-20T23:00:00Z,           1600, CRITICAL",
        "2026-11-21T22:59:59.999999999Z, 1600, CRITICAL",
        "2026-11-21T23:00:00Z,            100, STANDARD"
    })
    void goesByEventTimeInTheConfiguredZone(String time, int score, Lane lane) {
        assertScore(event(WEDDING, time, Severity.P4_INFO, "menu"), score, lane);
    }

    private static AuditEvent event(String stream, String time, Severity severity, String resourceType) {
        return AuditEvent.builder("acme", "user-1", "read").time(Instant.parse(time)).stream(stream)
                .severity(severity)
                .resource(resourceType, "1")
                .build();
    }

    private static void assertScore(AuditEvent event, int score, Lane lane) {
        EventEncoder encoder = new EventEncoder();
        assertThat(event.encodeInto(encoder)).isNull();
        byte[] binary = new byte[encoder.encodedLength()];
        encoder.encode(binary, 0);
        EventView view = new EventView();
        assertThat(view.wrap(binary, 0, binary.length)).isNull();

        assertThat(policy.score(view, event.timeNs())).isEqualTo(score);
        assertThat(policy.laneOf(score)).isEqualTo(lane);
    }
}
