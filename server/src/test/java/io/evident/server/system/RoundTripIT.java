package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventLimits;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.event.Tier;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events at the edges of what an event may be, in over both protocols and out again, also after a restart. */
class RoundTripIT {
    private static final String BEYOND_BMP = "𝕰vident 🗝 \u0001\"\\ é";

    @TempDir
    private Path data;

    private static AuditEvent.Builder event() {
        return AuditEvent.builder("acme", "user-1", "document.read")
                .id(UUID.randomUUID())
                .timeNs(0)
                .resource("document", "doc-1");
    }

    private static String attributes(int bytes) {
        String frame = "{\"x\":\"\"}";
        return frame.replace("\"\"", "\"" + "y".repeat(bytes - frame.length()) + "\"");
    }

    private static List<AuditEvent> edges() {
        List<AuditEvent> events = new ArrayList<>();
        events.add(event().build());
        events.add(event().timeNs(Long.MIN_VALUE).build());
        events.add(event().timeNs(Long.MAX_VALUE).build());
        events.add(event().timeNs(-1).build());
        events.add(event().attributes("{}").build());
        events.add(event().attributes("{ \"a\" :\r\n\t[1e400, -0.0, 1.10, \"\\u00e9\\ud83d\\ude00\", null, {}] }")
                .build());
        events.add(event().attributes(attributes(EventLimits.ATTRIBUTES_BYTES)).build());
        events.add(AuditEvent.builder("tenant " + BEYOND_BMP.replace("\u0001", ""), BEYOND_BMP, BEYOND_BMP)
                .id(UUID.randomUUID())
                .timeNs(1)
                .stream(BEYOND_BMP)
                .actorIp("2001:db8::1")
                .actorAgent(BEYOND_BMP)
                .category(BEYOND_BMP)
                .resource(BEYOND_BMP, BEYOND_BMP)
                .outcome(Outcome.UNKNOWN)
                .severity(Severity.P4_INFO)
                .labels(BEYOND_BMP, "a", "b")
                .attributes("{\"" + "𝕰" + "\":\"🗝\"}")
                .build());
        return events;
    }

    @Test
    void answersWhatWasSentOverTcpAndOverHttpAlsoAfterARestart() throws Exception {
        List<AuditEvent> overTcp = edges();
        List<AuditEvent> overHttp = edges();
        try (LocalServer server = LocalServer.start(data);
                FrameClient client = FrameClient.welcomed(server.tcpPort())) {
            byte[][] binaries = overTcp.stream().map(FrameClient::binary).toArray(byte[][]::new);
            assertThat(client.exchange(Tier.SYNCED, binaries))
                    .allSatisfy(answer -> assertThat(answer.refusal()).isNull());
            for (AuditEvent event : overHttp) {
                HttpCaller.Answer posted = server.http().post(Facts.json(event));
                assertThat(posted.status()).as(posted.text()).isEqualTo(200);
            }
            assertFound(server.http(), overTcp);
            assertFound(server.http(), overHttp);
        }
        try (LocalServer server = LocalServer.start(data)) {
            assertFound(server.http(), overTcp);
            assertFound(server.http(), overHttp);
            assertThat(server.http().all("")).hasSize(overTcp.size() + overHttp.size());
        }
    }

    private static void assertFound(HttpCaller http, List<AuditEvent> events) throws Exception {
        for (AuditEvent event : events) {
            HttpCaller.Answer answer = http.get("/v1/events/" + event.id());
            assertThat(answer.status()).isEqualTo(200);
            assertThat(Facts.supplied(answer.json())).isEqualTo(Facts.supplied(event));
            if (event.attributes() != null) {
                assertThat(answer.text()).contains("\"attributes\":" + event.attributes());
            }
            assertThat(answer.json().text("receivedFrom")).isEqualTo("127.0.0.1");
            assertThat(answer.json().text("receivedTime")).isNotNull();
        }
    }

    @Test
    void refusesAttributesOfOneByteTooManyAndTakesAnIdInUpperCaseAsTheSame() throws Exception {
        try (LocalServer server = LocalServer.start(data)) {
            String full = Facts.json(
                    event().attributes(attributes(EventLimits.ATTRIBUTES_BYTES)).build());
            HttpCaller.Answer refused = server.http().post(full.replace("\"y", "\"yy"));
            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.json().text("field")).isEqualTo("attributes");

            AuditEvent event = event().build();
            String json = Facts.json(event);
            String upper =
                    json.replace(event.id().toString(), event.id().toString().toUpperCase(java.util.Locale.ROOT));
            JsonTree first = receipt(server, upper);
            JsonTree second = receipt(server, json);
            assertThat(first.text("id")).isEqualTo(event.id().toString());
            assertThat(second.at("duplicate").isTrue()).isTrue();
            assertThat(Facts.identity(second)).isEqualTo(Facts.identity(first));
        }
    }

    @Test
    void answersAnAcceptedEventAtOnceWithoutASequenceAndKeepsIt() throws Exception {
        AuditEvent event = event().build();
        try (LocalServer server = LocalServer.start(data)) {
            byte[] json = Facts.json(event).getBytes(StandardCharsets.UTF_8);
            HttpCaller.Answer answer = server.http().post("/v1/events?tier=accepted", "application/json", json);
            assertThat(answer.status()).isEqualTo(202);
            JsonTree receipt = answer.json().at("receipts").elements().get(0);
            assertThat(receipt.text("tier")).isEqualTo("accepted");
            assertThat(receipt.at("sequence").isThere()).isFalse();
        }
        // A clean stop writes what was only accepted.
        try (LocalServer server = LocalServer.start(data)) {
            assertThat(Facts.supplied(server.http().event(event.id()))).isEqualTo(Facts.supplied(event));
        }
    }

    @Test
    void keepsTheNumberOfShardsThatTheDataWereWrittenWith() throws Exception {
        AuditEvent event = event().build();
        try (LocalServer server = LocalServer.start(data, null, "shards=2")) {
            assertThat(server.http().post(Facts.json(event)).status()).isEqualTo(200);
        }
        try (LocalServer server = LocalServer.start(data, null, "shards=8")) {
            assertThat(Facts.supplied(server.http().event(event.id()))).isEqualTo(Facts.supplied(event));
            assertThat(receipt(server, Facts.json(event)).at("duplicate").isTrue())
                    .isTrue();
        }
    }

    private static JsonTree receipt(LocalServer server, String json) throws IOException, InterruptedException {
        return server.http().post(json).json().at("receipts").elements().get(0);
    }
}
