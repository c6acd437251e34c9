package io.evident.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.server.FakeServer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class QueryCommandTest {
    private static final String ID = "01934f8e-7c00-7000-8000-000000000001";
    private static final String EVENT = "{\"id\":\"" + ID + "\",\"time\":\"2026-11-22T10:15:30.123456789Z\","
            + "\"tenant\":\"acme\",\"actor\":{\"id\":\"user-17\"},\"action\":\"document.read\","
            + "\"resource\":{\"type\":\"document\",\"id\":\"doc-9\"},\"outcome\":\"denied\",\"severity\":\"P1_HIGH\","
            + "\"attributes\":{ \"n\" : 1.50 }}";

    private static String page(String cursor, String... events) {
        return "{\"events\":[" + String.join(",", events) + "],\"cursor\":" + cursor
                + ",\"tookMicros\":5,\"cache\":\"miss\"}";
    }

    @Test
    void asksWithEveryFilterThatWasGiven() throws IOException {
        try (FakeServer server = new FakeServer(request -> FakeServer.Answer.of(200, page("null")))) {
            CommandLineRun run = CommandLineRun.of(
                    "query",
                    "--http",
                    server.uri().toString(),
                    "--tenant",
                    "a b",
                    "--stream",
                    "s",
                    "--actor",
                    "u&1",
                    "--action",
                    "x",
                    "--resource",
                    "t/i",
                    "--outcome",
                    "denied",
                    "--severity",
                    "P1_HIGH",
                    "--label",
                    "l",
                    "--from",
                    "2026-11-22T00:00:00Z",
                    "--to",
                    "2026-11-23T00:00:00Z",
                    "--order",
                    "asc",
                    "--limit",
                    "7");

            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("no event matches");
            assertThat(server.requests())
                    .singleElement()
                    .extracting(FakeServer.Request::pathAndQuery)
                    .isEqualTo("/v1/events?tenant=a+b&stream=s&actor=u%261&action=x&resource=t%2Fi&outcome=denied"
                            + "&severity=P1_HIGH&label=l&from=2026-11-22T00%3A00%3A00Z&to=2026-11-23T00%3A00%3A00Z"
                            + "&order=asc&limit=7");
        }
    }

    @Test
    void showsEventsInColumns() throws IOException {
        try (FakeServer server = new FakeServer(request -> FakeServer.Answer.of(200, page("null", EVENT)))) {
            CommandLineRun run =
                    CommandLineRun.of("query", "--http", server.uri().toString());

            assertThat(run.out().lines())
                    .containsExactly(
                            "TIME                      SEVERITY  OUTCOME  TENANT  ACTOR    ACTION         RESOURCE"
                                    + "        ID",
                            "2026-11-22T10:15:30.123Z  P1_HIGH   denied   acme    user-17  document.read  document/doc-9"
                                    + "  " + ID,
                            "1 event");
        }
    }

    @Test
    void keepsControlCharactersOfEventsAwayFromTheTerminal() throws IOException {
        String event = EVENT.replace("user-17", "a\\u001b[31mb\\u202ec");
        try (FakeServer server = new FakeServer(request -> FakeServer.Answer.of(200, page("null", event)))) {
            CommandLineRun run =
                    CommandLineRun.of("query", "--http", server.uri().toString());

            assertThat(run.out()).contains("a?[31mb?c");
        }
    }

    @Test
    void printsEachEventAsOneLineOfJsonExactlyAsItCame() throws IOException {
        String overLines = EVENT.replace("{ \"n\"", "{\n\"n\"");
        try (FakeServer server = new FakeServer(request -> FakeServer.Answer.of(200, page("null", EVENT, overLines)))) {
            CommandLineRun run =
                    CommandLineRun.of("query", "--json", "--http", server.uri().toString());

            assertThat(run.out().lines()).containsExactly(EVENT, EVENT);
        }
    }

    @Test
    void followsTheCursorUntilTheLastPage() throws IOException {
        try (FakeServer server = new FakeServer(request -> FakeServer.Answer.of(
                200, page(request.pathAndQuery().contains("cursor=c1") ? "null" : "\"c1\"", EVENT)))) {
            CommandLineRun run = CommandLineRun.of(
                    "query", "--all", "--json", "--http", server.uri().toString());

            assertThat(run.out().lines()).hasSize(2);
            assertThat(server.requests())
                    .extracting(FakeServer.Request::pathAndQuery)
                    .containsExactly("/v1/events?limit=1000", "/v1/events?limit=1000&cursor=c1");
        }
    }

    @Test
    void stopsAtTheLimitAndSaysThatThereAreMore() throws IOException {
        try (FakeServer server = new FakeServer(request -> FakeServer.Answer.of(200, page("\"c1\"", EVENT)))) {
            CommandLineRun run = CommandLineRun.of(
                    "query", "--limit", "1", "--http", server.uri().toString());

            assertThat(run.out()).contains("1 event; there are more");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void showsOneEventWholeWithEveryDigit() throws IOException {
        try (FakeServer server = new FakeServer(request -> FakeServer.Answer.of(200, EVENT))) {
            CommandLineRun run = CommandLineRun.of(
                    "query", "--id", ID, "--http", server.uri().toString());

            assertThat(run.out()).contains("\"n\" : 1.50", "\"tenant\" : \"acme\"");
            assertThat(server.requests().get(0).pathAndQuery()).isEqualTo("/v1/events/" + ID);
        }
    }

    @Test
    void failsWithTheProblemThatTheServerNames() throws IOException {
        String problem = "{\"type\":\"urn:evident:problem:invalid-query\",\"title\":\"The query is invalid\","
                + "\"status\":400,\"detail\":\"is later than to\",\"field\":\"from\"}";
        try (FakeServer server = new FakeServer(request -> FakeServer.Answer.of(400, problem))) {
            CommandLineRun run =
                    CommandLineRun.of("query", "--http", server.uri().toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err().trim()).isEqualTo("evident: The query is invalid: from is later than to");
        }
    }
}
