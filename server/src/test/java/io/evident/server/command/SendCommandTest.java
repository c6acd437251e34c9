package io.evident.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.server.FakeServer;
import io.evident.server.ProjectFiles;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SendCommandTest {
    private static final String EVENT = "{\"tenant\":\"acme\",\"actor\":{\"id\":\"u\"},\"action\":\"a\","
            + "\"resource\":{\"type\":\"t\",\"id\":\"i\"},\"outcome\":\"success\",\"severity\":\"P4_INFO\"}";

    @TempDir
    private Path dir;

    private final Set<String> seen = new HashSet<>();

    private static JsonTree tree(String json) {
        try {
            return JsonTree.parse(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private static List<JsonTree> eventsOf(FakeServer.Request request) {
        if (request.contentType().equals("application/json")) {
            return tree(request.body()).elements();
        }
        return request.body().lines().map(SendCommandTest::tree).toList();
    }

    /** Answers as Evident does: a receipt for each event, a duplicate for each id that came before. */
    private FakeServer.Answer receipts(FakeServer.Request request) {
        List<String> receipts = new ArrayList<>();
        for (JsonTree event : eventsOf(request)) {
            String duplicate = seen.add(event.text("id")) ? "" : ",\"duplicate\":true";
            receipts.add("{\"index\":" + receipts.size() + ",\"id\":\"" + event.text("id")
                    + "\",\"shard\":1,\"incarnation\":1,\"sequence\":7,\"tier\":\"synced\",\"lane\":\"standard\""
                    + duplicate + "}");
        }
        return FakeServer.Answer.of(200, "{\"receipts\":[" + String.join(",", receipts) + "],\"rejected\":[]}");
    }

    private static FakeServer.Answer refusal(int status, String reason, String retryAfter) {
        return new FakeServer.Answer(
                status,
                "{\"receipts\":[],\"rejected\":[{\"index\":0,\"problem\":{\"type\":\"urn:evident:problem:" + reason
                        + "\",\"title\":\"T\",\"status\":" + status + ",\"detail\":\"the reason\",\"field\":\"id\"}}]}",
                retryAfter);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(dir.resolve(name), text).toString();
    }

    @Test
    void sendsEveryEventOnceAndCountsItsReceipts() throws IOException {
        String file = file("e.ndjson", (EVENT + "\n").repeat(2_500));
        try (FakeServer server = new FakeServer(this::receipts)) {
            CommandLineRun run =
                    CommandLineRun.of("send", file, "--http", server.uri().toString());

            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("2,500 events of 1 file", "2,500 synced");
            assertThat(seen).as("each event got an id of its own").hasSize(2_500);
            assertThat(server.requests()).hasSize(3).allSatisfy(request -> {
                assertThat(request.contentType()).isEqualTo("application/x-ndjson");
                assertThat(request.pathAndQuery()).isEqualTo("/v1/events?tier=synced");
            });
        }
    }

    @Test
    void countsDuplicatesAsSuccessWhenAFileWithIdsIsSentTwice() throws IOException {
        String file = file(
                "e.json",
                "[" + EVENT.replace("{\"tenant\"", "{\"id\":\"01934f8e-7c00-7000-8000-000000000001\",\"tenant\"")
                        + "]");
        try (FakeServer server = new FakeServer(this::receipts)) {
            String url = server.uri().toString();
            CommandLineRun.of("send", file, "--http", url);
            CommandLineRun run = CommandLineRun.of("send", file, "--http", url, "--json", "--tier", "journaled");

            assertThat(run.exitCode()).isZero();
            JsonTree summary = tree(run.out());
            assertThat(summary.at("accepted").number(0)).isEqualTo(1);
            assertThat(summary.at("duplicates").number(0)).isEqualTo(1);
            assertThat(server.requests().get(1).pathAndQuery()).endsWith("?tier=journaled");
        }
    }

    @Test
    void namesTheLineOfWhatIsNoEventAndSendsTheRest() throws IOException {
        String file = file("e.ndjson", EVENT + "\n{\"tenant\":5}\n" + EVENT + "\n");
        try (FakeServer server = new FakeServer(this::receipts)) {
            CommandLineRun run =
                    CommandLineRun.of("send", file, "--http", server.uri().toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).contains("2 synced", "1 refused: wrong-type", "e.ndjson, line 2, index 1: tenant");
        }
    }

    @Test
    void sendsAttributesWithLineEndsByteForByte() throws IOException {
        String attributes = "{\n  \"n\" : 1.50\n}";
        String file = file("e.json", EVENT.replace("\"severity\"", "\n\"attributes\":" + attributes + ",\"severity\""));
        try (FakeServer server = new FakeServer(this::receipts)) {
            CommandLineRun run =
                    CommandLineRun.of("send", file, "--http", server.uri().toString());

            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(server.requests().get(0).contentType()).isEqualTo("application/json");
            assertThat(server.requests().get(0).body()).contains(attributes);
        }
    }

    @Test
    void sendsAgainWithTheSameIdWhatTheServerCannotTakeForNow() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        String file = file("e.json", EVENT);
        try (FakeServer server = new FakeServer(
                request -> asked.incrementAndGet() == 1 ? refusal(503, "lane-full", "0") : receipts(request))) {
            CommandLineRun run =
                    CommandLineRun.of("send", file, "--http", server.uri().toString());

            assertThat(run.exitCode()).isZero();
            assertThat(server.requests()).hasSize(2);
            assertThat(server.requests().get(0).body())
                    .isEqualTo(server.requests().get(1).body());
        }
    }

    @Test
    void tellsWhatTheServerRefused() throws IOException {
        String file = file("e.json", EVENT);
        try (FakeServer server = new FakeServer(request -> refusal(409, "id-conflict", null))) {
            CommandLineRun run =
                    CommandLineRun.of("send", file, "--http", server.uri().toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).contains("1 refused: id-conflict", "e.json", "id the reason");
        }
    }

    @Test
    void countsARefusedRequestForEachOfItsEvents() throws IOException {
        String file = file("e.ndjson", EVENT + "\n" + EVENT);
        String problem =
                "{\"type\":\"urn:evident:problem:body-too-large\",\"title\":\"T\",\"status\":413,\"detail\":\"d\"}";
        try (FakeServer server = new FakeServer(request -> FakeServer.Answer.of(413, problem))) {
            assertThat(CommandLineRun.of("send", file, "--http", server.uri().toString())
                            .out())
                    .contains("2 refused: body-too-large");
        }
    }

    @Test
    void failsWhenTheAnswerLeavesEventsOut() throws IOException {
        String file = file("e.json", EVENT);
        try (FakeServer server =
                new FakeServer(request -> FakeServer.Answer.of(200, "{\"receipts\":[],\"rejected\":[]}"))) {
            CommandLineRun run =
                    CommandLineRun.of("send", file, "--http", server.uri().toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("left events unanswered");
        }
    }

    @Test
    void failsWhenItIsNotEvidentThatAnswers() throws IOException {
        String file = file("e.json", EVENT);
        try (FakeServer server = new FakeServer(request -> FakeServer.Answer.of(200, "<html>hello</html>"))) {
            CommandLineRun run =
                    CommandLineRun.of("send", file, "--http", server.uri().toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("is this Evident?", "<html>");
        }
    }

    @Test
    void tellsInOneLineThatNobodyAnswersOverTcp() throws IOException {
        CommandLineRun run = CommandLineRun.of("send", file("e.json", EVENT), "--tcp", "127.0.0.1:1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().trim()).contains("no connection to 127.0.0.1:1").doesNotContain("\n");
    }

    @Test
    void writesEveryReceiptToItsFile() throws IOException {
        String file = file("e.ndjson", EVENT + "\n" + EVENT);
        Path receipts = dir.resolve("receipts.ndjson");
        try (FakeServer server = new FakeServer(this::receipts)) {
            CommandLineRun.of("send", file, "--http", server.uri().toString(), "--receipts", receipts.toString());
        }

        assertThat(Files.readAllLines(receipts)).hasSize(2).allSatisfy(line -> {
            assertThat(tree(line).text("tier")).isEqualTo("synced");
            assertThat(tree(line).at("sequence").number(-1)).isEqualTo(7);
            assertThat(seen).contains(tree(line).text("id"));
        });
    }

    @Test
    void sendsTheEventFilesOfADirectoryOnly() throws IOException {
        file("b.json", EVENT);
        file("a.ndjson", EVENT);
        file("LICENSE", "no event");
        try (FakeServer server = new FakeServer(this::receipts)) {
            CommandLineRun run = CommandLineRun.of(
                    "send", dir.toString(), "--http", server.uri().toString());

            assertThat(run.out()).contains("2 events of 2 files");
        }
    }

    @Test
    void sendsTheRecordedAttackWithTheRecordsOwnIds() throws IOException {
        Path folder = ProjectFiles.sharedData("cloudtrail");
        try (FakeServer server = new FakeServer(this::receipts)) {
            CommandLineRun run = CommandLineRun.of(
                    "send",
                    folder.toString(),
                    "--format",
                    "cloudtrail",
                    "--http",
                    server.uri().toString());

            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(run.out()).contains("1,448 events of 20 files", "1,448 synced");
            assertThat(seen).hasSize(1_448);
        }
    }
}
