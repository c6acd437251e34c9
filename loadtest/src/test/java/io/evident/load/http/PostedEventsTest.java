package io.evident.load.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Lane;
import io.evident.load.intake.SyntheticEvents;
import io.evident.load.pool.EventPool;
import io.evident.load.pool.IdSequence;
import io.evident.load.target.Answers;
import io.evident.load.target.EventBatch;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The body of a request, and the receipts in that of an answer. */
class PostedEventsTest {
    private final Answers answers = new Answers();
    private final ReceiptScan scan = new ReceiptScan();

    @ParameterizedTest
    @EnumSource(HttpForm.class)
    void postsEveryEventWithItsId(HttpForm form) throws IOException {
        EventPool pool = EventPool.of(SyntheticEvents.list(1, 256, 0)).withJson();
        EventBatch batch = new EventBatch(pool, new IdSequence(1, 2, 0), 10);
        RequestBuffer request = new RequestBuffer("/v1/events", "here:80", form);
        for (int count : form == HttpForm.SINGLE ? new int[] {1} : new int[] {1, 2, 10}) {
            batch.fill(count);
            request.write(batch);
            String[] parts = new String(request.copy(), StandardCharsets.UTF_8).split("\r\n\r\n", 2);
            assertThat(parts[0]).endsWith("Content-Length: " + parts[1].length());
            List<String> ids = new ArrayList<>();
            for (String event : form == HttpForm.NDJSON ? parts[1].split("\n") : new String[] {parts[1]}) {
                JsonTree tree = JsonTree.parse(event.getBytes(StandardCharsets.UTF_8));
                if (form == HttpForm.ARRAY) {
                    tree.elements().forEach(each -> ids.add(each.text("id")));
                } else {
                    ids.add(tree.text("id"));
                }
            }
            assertThat(ids).hasSize(count);
            for (int i = 0; i < count; i++) {
                assertThat(ids.get(i)).isEqualTo(batch.id(i).toString());
            }
        }
    }

    private void scan(String body) throws IOException {
        byte[] bytes = ("..." + body).getBytes(StandardCharsets.UTF_8);
        scan.scan(bytes, 3, bytes.length, answers.ofThisThread());
    }

    @Test
    void countsReceiptsByLaneAndTheirDuplicates() throws IOException {
        UUID first = UUID.fromString("0193aaaa-0000-7000-8000-000000000001");
        String receipt = "{\"index\":0,\"id\":\"" + first
                + "\",\"shard\":1,\"incarnation\":1,\"sequence\":null,\"tier\":\"accepted\",\"lane\":\"%s\"%s}";
        scan("{\"receipts\":[" + String.format(receipt, "critical", "") + ','
                + String.format(receipt, "standard", ",\"duplicate\":true") + ','
                + String.format(receipt, "elevated", ",\"duplicate\":false") + "],\"rejected\":[]}");

        assertThat(scan.count()).isEqualTo(3);
        assertThat(scan.onlyReceipts()).isTrue();
        for (Lane lane : Lane.values()) {
            assertThat(scan.perLane(lane.ordinal())).isEqualTo(1);
            assertThat(scan.duplicates(lane.ordinal())).isEqualTo(lane == Lane.STANDARD ? 1 : 0);
        }
        assertThat(answers.sampledIds()).containsExactly(first, first, first);
    }

    @Test
    void seesThatSomethingWasRejected() throws IOException {
        scan("{\"receipts\":[],\"rejected\":[{\"index\":0,\"problem\":{}}]}");
        assertThat(scan.count()).isZero();
        assertThat(scan.onlyReceipts()).isFalse();

        scan("{\"type\":\"urn:evident:problem:x\",\"receipts\":[]}");
        assertThat(scan.onlyReceipts()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"receipts\":[{\"index\":0",
                "{\"receipts\":[{\"index\":0}],\"rejected\":[]}",
                "{\"receipts\":[{\"lane\":\"standard",
                "{\"receipts\":["
            })
    void refusesReceiptsThatCannotBeRead(String body) {
        assertThatThrownBy(() -> scan(body)).isInstanceOf(IOException.class);
    }
}
