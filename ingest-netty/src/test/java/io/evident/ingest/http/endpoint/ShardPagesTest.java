package io.evident.ingest.http.endpoint;

import static io.evident.ingest.http.RawClient.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.TestServer;
import io.evident.ingest.http.RawClient;
import io.evident.pipeline.control.ResizeAnswer;
import io.evident.pipeline.control.ShardControl;
import io.evident.pipeline.control.ShardOverview;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ShardPagesTest {
    private final ShardControl control = new ShardControl() {
        @Override
        public ShardOverview overview() {
            return new ShardOverview(
                    3, List.of(new ShardOverview.Shard(0, 4096, 17, "open"), new ShardOverview.Shard(1, 0, 4, "open")));
        }

        @Override
        public void resize(int shards, Caller caller, Consumer<ResizeAnswer> answer) {
            answer.accept(
                    shards == 5
                            ? new ResizeAnswer.Refused(Refusal.of(RefusalReason.CONFLICT, caller.toString()))
                            : new ResizeAnswer.Done(4, 1, shards, 2_048));
        }
    };

    private static String post(String body) {
        return RawClient.post("/v1/admin/shards", "application/json", body);
    }

    @Test
    void showsTheShardsAndChangesTheirNumber() throws Exception {
        try (TestServer server = TestServer.withShards(control);
                RawClient client = new RawClient(server)) {
            assertThat(client.exchange(get("/v1/admin/shards")).text())
                    .isEqualTo("{\"epoch\":3,\"active\":1,\"shards\":["
                            + "{\"shard\":0,\"slots\":4096,\"events\":17,\"state\":\"open\"},"
                            + "{\"shard\":1,\"slots\":0,\"events\":4,\"state\":\"open\"}]}");
            assertThat(client.exchange(post("{\"shards\": 2}")).text())
                    .isEqualTo("{\"epoch\":4,\"from\":1,\"shards\":2,\"slotsMoved\":2048}");
            RawClient.Answer refused = client.exchange(post("{\"shards\":5}"));
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.text()).contains("anonymous").contains("127.0.0.1");
        }
    }

    @Test
    void refusesWhoeverMayNotAdministerAndBodiesThatSaySomethingElse() throws Exception {
        try (TestServer server = TestServer.withShards(control);
                RawClient client = new RawClient(server)) {
            String asAcme = "\r\nAuthorization: " + TestServer.ACME_TOKEN + "\r\n";
            assertThat(client.exchange(get("/v1/admin/shards").replaceFirst("\r\n", asAcme))
                            .status())
                    .isEqualTo(403);
            for (String body :
                    List.of("", "{}", "[2]", "{\"shards\":2,\"more\":1}", "{\"shards\":null}", "{\"x\":2}")) {
                assertThat(client.exchange(post(body)).status()).as(body).isEqualTo(400);
            }
            assertThat(client.exchange(get("/v1/admin/shards?x=1")).status()).isEqualTo(400);
            assertThat(client.exchange(RawClient.post("/v1/admin/shards", "text/plain", "{\"shards\":2}"))
                            .status())
                    .as("a page of another site may send no JSON")
                    .isEqualTo(415);
        }
    }

    @Test
    void isNotFoundWhereThereIsNoControl() throws Exception {
        try (TestServer server = TestServer.start();
                RawClient client = new RawClient(server)) {
            assertThat(client.exchange(get("/v1/admin/shards")).status()).isEqualTo(404);
        }
    }
}
