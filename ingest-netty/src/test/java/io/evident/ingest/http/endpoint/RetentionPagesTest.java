package io.evident.ingest.http.endpoint;

import static io.evident.ingest.http.RawClient.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.TestServer;
import io.evident.ingest.http.RawClient;
import io.evident.pipeline.control.RetentionAnswer;
import io.evident.pipeline.control.RetentionControl;
import io.evident.pipeline.control.RetentionOverview;
import io.evident.pipeline.control.ShardControl.Caller;
import io.evident.pipeline.retention.RetentionHold;
import io.evident.pipeline.retention.RetentionRule;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionPagesTest {
    private static final String PATH = "/v1/admin/retention";
    private static final RetentionRule RULE = new RetentionRule(34_560_000, 10_000_000_000L);

    private final RetentionControl control = new RetentionControl() {
        private RetentionAnswer done(String tenant, RetentionRule rule, RetentionHold hold) {
            return new RetentionAnswer.Done(new RetentionOverview.Tenant(tenant, rule, rule, hold, null, 3, 400));
        }

        @Override
        public void show(Consumer<RetentionAnswer> answer) {
            RetentionHold hold = new RetentionHold("case \"17\"", 1_795_370_400_000_000_000L, "kim");
            answer.accept(new RetentionAnswer.Shown(new RetentionOverview(
                    List.of(
                            new RetentionOverview.Tenant("*", RULE, RULE, null, null, 0, 0),
                            new RetentionOverview.Tenant("acme", null, RULE, hold, 1_000_000_000L, 5, 600)),
                    new RetentionOverview.Figures(1, 2, 3, 4, 5, 6, 7))));
        }

        @Override
        public void setRule(String tenant, RetentionRule rule, Caller caller, Consumer<RetentionAnswer> answer) {
            answer.accept(done(tenant, rule, null));
        }

        @Override
        public void removeRule(String tenant, Caller caller, Consumer<RetentionAnswer> answer) {
            answer.accept(new RetentionAnswer.Refused(Refusal.of(RefusalReason.NOT_FOUND, tenant + " " + caller)));
        }

        @Override
        public void hold(String tenant, String reason, Caller caller, Consumer<RetentionAnswer> answer) {
            answer.accept(done(tenant, null, new RetentionHold(reason, 0, caller.name())));
        }

        @Override
        public void release(String tenant, Caller caller, Consumer<RetentionAnswer> answer) {
            answer.accept(done(tenant, null, null));
        }
    };

    private static String put(String path, String body) {
        return RawClient.post(path, "application/json", body).replaceFirst("POST", "PUT");
    }

    private static String delete(String path) {
        return get(path).replaceFirst("GET", "DELETE");
    }

    @Test
    void showsRulesHoldsAndWhatWasDone() throws Exception {
        try (TestServer server = TestServer.withRetention(control);
                RawClient client = new RawClient(server)) {
            assertThat(client.exchange(get(PATH)).text())
                    .isEqualTo("{\"tenants\":["
                            + "{\"tenant\":\"*\",\"rule\":{\"keepFor\":\"400d\",\"keepBytes\":10000000000},"
                            + "\"effective\":{\"keepFor\":\"400d\",\"keepBytes\":10000000000},"
                            + "\"removedEvents\":0,\"removedBytes\":0},"
                            + "{\"tenant\":\"acme\",\"effective\":{\"keepFor\":\"400d\",\"keepBytes\":10000000000},"
                            + "\"hold\":{\"reason\":\"case \\\"17\\\"\",\"since\":\"2026-11-22T18:00:00Z\",\"by\":\"kim\"},"
                            + "\"oldestKept\":\"1970-01-01T00:00:01Z\",\"removedEvents\":5,\"removedBytes\":600}],"
                            + "\"sinceStart\":{\"events\":1,\"bytes\":2,\"freedBytes\":3,\"segmentsFreed\":4,"
                            + "\"segmentsReduced\":5,\"failures\":6,\"lookedMsAgo\":7}}");
        }
    }

    @Test
    void changesRulesAndHoldsOfTheTenantInThePath() throws Exception {
        try (TestServer server = TestServer.withRetention(control);
                RawClient client = new RawClient(server)) {
            assertThat(client.exchange(put(PATH + "/a%20b+%2F%C3%A9", "{\"keepFor\":\"90m\"}"))
                            .text())
                    .isEqualTo(
                            "{\"tenant\":\"a b+/é\",\"rule\":{\"keepFor\":\"90m\"},\"effective\":{\"keepFor\":\"90m\"},"
                                    + "\"removedEvents\":3,\"removedBytes\":400}");
            assertThat(client.exchange(put(PATH + "/*", "{\"keepBytes\":1}")).text())
                    .startsWith("{\"tenant\":\"*\",\"rule\":{\"keepBytes\":1}");
            assertThat(client.exchange(put(PATH + "/acme/hold", "{\"reason\":\"why\"}"))
                            .text())
                    .contains("\"hold\":{\"reason\":\"why\",\"since\":\"1970-01-01T00:00:00Z\",\"by\":\"anonymous\"}");
            assertThat(client.exchange(delete(PATH + "/acme/hold")).status()).isEqualTo(200);
            RawClient.Answer refused = client.exchange(delete(PATH + "/acme"));
            assertThat(refused.status()).isEqualTo(404);
            assertThat(refused.text()).contains("acme").contains("127.0.0.1");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/acme      | ''                            | 400 | malformed",
                "/acme      | []                            | 400 | malformed",
                "/acme      | {\"keepFor\":\"90m\"          | 400 | malformed",
                "/acme      | {\"keepFor\":\"90m\"} x       | 400 | malformed",
                "/acme      | {\"keepBytes\":1,\"keepBytes\":2} | 400 | malformed",
                "/acme      | {}                            | 400 | missing-field",
                "/acme      | {\"keepfor\":\"90m\"}         | 400 | unknown-field",
                "/acme      | {\"keepFor\":90}              | 400 | wrong-type",
                "/acme      | {\"keepFor\":\"59s\"}         | 400 | invalid-value",
                "/acme      | {\"keepFor\":\"36526d\"}      | 400 | invalid-value",
                "/acme      | {\"keepFor\":\"-90m\"}        | 400 | invalid-value",
                "/acme      | {\"keepFor\":\"9999999999d\"} | 400 | invalid-value",
                "/acme      | {\"keepBytes\":\"1\"}         | 400 | wrong-type",
                "/acme      | {\"keepBytes\":1.5}           | 400 | wrong-type",
                "/acme      | {\"keepBytes\":0}             | 400 | invalid-value",
                "/acme      | {\"keepBytes\":99999999999999999999} | 400 | invalid-value",
                "/acme/hold | {}                            | 400 | missing-field",
                "/acme/hold | {\"reason\":\" \"}            | 400 | invalid-value",
                "/acme/hold | {\"reason\":null}             | 400 | wrong-type",
                "/acme/hold | {\"reason\":\"x\",\"by\":\"me\"} | 400 | unknown-field",
                "/%FF       | {\"keepFor\":\"90m\"}         | 400 | invalid-value",
                "/acme/x    | {\"keepFor\":\"90m\"}         | 404 | not-found",
            })
    void refusesWithAReasonWhatIsNoRuleAndNoHold(String path, String body, int status, String problem)
            throws Exception {
        try (TestServer server = TestServer.withRetention(control);
                RawClient client = new RawClient(server)) {
            RawClient.Answer answer = client.exchange(put(PATH + path, body));
            assertThat(answer.status()).as(answer.text()).isEqualTo(status);
            assertThat(answer.text()).contains("urn:evident:problem:" + problem);
        }
    }

    @Test
    void refusesATenantLongerThanAnEventsMayBe() throws Exception {
        try (TestServer server = TestServer.withRetention(control);
                RawClient client = new RawClient(server)) {
            assertThat(client.exchange(put(PATH + "/" + "x".repeat(128), "{\"keepFor\":\"1m\"}"))
                            .status())
                    .isEqualTo(200);
            assertThat(client.exchange(put(PATH + "/" + "x".repeat(129), "{\"keepFor\":\"1m\"}"))
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void refusesWhoeverMayNotAdministerAndBodiesThatAreNoJson() throws Exception {
        try (TestServer server = TestServer.withRetention(control);
                RawClient client = new RawClient(server)) {
            String asAcme = "\r\nAuthorization: " + TestServer.ACME_TOKEN + "\r\n";
            for (String request : List.of(
                    get(PATH),
                    put(PATH + "/acme", "{\"keepFor\":\"1m\"}"),
                    delete(PATH + "/acme"),
                    put(PATH + "/acme/hold", "{\"reason\":\"x\"}"),
                    delete(PATH + "/acme/hold"))) {
                assertThat(client.exchange(request.replaceFirst("\r\n", asAcme)).status())
                        .as(request)
                        .isEqualTo(403);
            }
            String plain = RawClient.post(PATH + "/acme", "text/plain", "{\"keepFor\":\"1m\"}");
            assertThat(client.exchange(plain.replaceFirst("POST", "PUT")).status())
                    .isEqualTo(415);
        }
    }

    @Test
    void isNotFoundWhereThereIsNoControl() throws Exception {
        try (TestServer server = TestServer.start();
                RawClient client = new RawClient(server)) {
            assertThat(client.exchange(get(PATH)).status()).isEqualTo(404);
            assertThat(client.exchange(delete(PATH + "/acme")).status()).isEqualTo(404);
        }
    }
}
