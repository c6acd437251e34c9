package io.evident.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.server.FakeServer;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionCommandTest {
    private static final String HELD = "{\"tenant\":\"acme\",\"rule\":{\"keepFor\":\"400d\",\"keepBytes\":10000000000},"
            + "\"effective\":{\"keepFor\":\"400d\",\"keepBytes\":10000000000},"
            + "\"hold\":{\"reason\":\"case 17\",\"since\":\"2026-11-22T18:00:00Z\",\"by\":\"kim\"},"
            + "\"oldestKept\":\"2026-01-01T00:00:00Z\",\"removedEvents\":1234,\"removedBytes\":1500000}";
    private static final String RULE = "{\"tenant\":\"a b/c\",\"rule\":{\"keepFor\":\"90m\"},"
            + "\"effective\":{\"keepFor\":\"90m\"},\"removedEvents\":0,\"removedBytes\":0}";
    private static final String UNDER_OTHERS =
            "{\"tenant\":\"acme\",\"effective\":{\"keepBytes\":9},\"removedEvents\":0,\"removedBytes\":0}";
    private static final String NONE = "{\"tenant\":\"acme\",\"removedEvents\":0,\"removedBytes\":0}";
    private static final String DONE = "\"sinceStart\":{\"events\":1234,\"bytes\":1500000,\"freedBytes\":700,"
            + "\"segmentsFreed\":4,\"segmentsReduced\":5,\"failures\":0,\"lookedMsAgo\":7000}";

    private static CommandLineRun run(FakeServer server, String... args) {
        String[] all = java.util.Arrays.copyOf(args, args.length + 2);
        all[args.length] = "--http";
        all[args.length + 1] = server.uri().toString();
        return CommandLineRun.of(all);
    }

    @Test
    void showsATable() throws IOException {
        String answer = "{\"tenants\":[" + HELD + "," + UNDER_OTHERS + "]," + DONE + "}";
        try (FakeServer server = new FakeServer(request -> FakeServer.Answer.of(200, answer))) {
            CommandLineRun run = run(server, "retention");
            assertThat(run.exitCode()).isZero();
            assertThat(run.out())
                    .contains("acme")
                    .contains("400d, 10 GB")
                    .contains("2026-01-01T00:00:00Z")
                    .contains("1,234")
                    .contains("1.5 MB")
                    .contains("since 2026-11-22T18:00:00Z by kim: case 17")
                    .contains("as *")
                    .contains("4 segments freed and 5 reduced, 0 failures; looked 7 s ago.");
            assertThat(run(server, "retention", "--json").out()).isEqualToIgnoringNewLines(answer);
        }
    }

    @Test
    void saysThatNothingExpiresWhereThereIsNoRule() throws IOException {
        try (FakeServer server =
                new FakeServer(request -> FakeServer.Answer.of(200, "{\"tenants\":[]," + DONE + "}"))) {
            assertThat(run(server, "retention").out()).contains("nothing ever expires");
        }
    }

    @Test
    void setsARuleAndSaysWhatWillHappen() throws IOException {
        try (FakeServer server = new FakeServer(request -> FakeServer.Answer.of(200, RULE))) {
            CommandLineRun run = run(server, "retention", "set", "a b/c", "--keep-for", "90m", "--keep-bytes", "10GB");
            assertThat(run.exitCode()).isZero();
            assertThat(run.out())
                    .contains("Events of a b/c expire 90m after they were received.")
                    .contains("removed for good");
            FakeServer.Request request = server.requests().get(0);
            assertThat(request.method()).isEqualTo("PUT");
            assertThat(request.pathAndQuery()).isEqualTo("/v1/admin/retention/a%20b%2Fc");
            assertThat(request.contentType()).isEqualTo("application/json");
            assertThat(request.body()).isEqualTo("{\"keepFor\":\"90m\",\"keepBytes\":10000000000}");
        }
    }

    @Test
    void takesRulesAwayHoldsAndReleases() throws IOException {
        try (FakeServer server = new FakeServer(request -> FakeServer.Answer.of(
                200,
                request.method().equals("PUT")
                        ? HELD
                        : request.pathAndQuery().endsWith("hold") ? UNDER_OTHERS : NONE))) {
            assertThat(run(server, "retention", "hold", "acme", "--reason", "case \"17\"")
                            .out())
                    .contains("acme is held: nothing of it expires");
            assertThat(server.requests().get(0).body()).isEqualTo("{\"reason\":\"case \\\"17\\\"\"}");
            assertThat(run(server, "retention", "release", "acme").out())
                    .contains("Events of acme expire when newer ones in sealed segments take 9 B, by the rule of *.");
            assertThat(run(server, "retention", "unset", "acme").out()).contains("No rule is left for acme");
            assertThat(server.requests())
                    .extracting(FakeServer.Request::method)
                    .containsExactly("PUT", "DELETE", "DELETE");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set acme",
                "set acme --keep-for 59s",
                "set acme --keep-for soon",
                "set acme --keep-bytes 0",
                "set acme --keep-bytes much",
                "set",
                "hold acme",
                "release",
                "keep acme"
            })
    void refusesWrongUsageWithoutAskingTheServer(String line) throws IOException {
        try (FakeServer server = new FakeServer(request -> FakeServer.Answer.of(200, NONE))) {
            CommandLineRun run = run(server, ("retention " + line).split(" ", -1));
            assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
            assertThat(server.requests()).isEmpty();
        }
    }
}
