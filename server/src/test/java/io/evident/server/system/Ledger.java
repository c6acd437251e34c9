package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Receipt;
import io.evident.server.json.JsonTree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** What has to be in a data directory and what may be: all that was ever sent to it, and the receipts for it. */
final class Ledger {
    private final Map<UUID, AuditEvent> sent = new HashMap<>();
    private final Map<UUID, Receipt> receipts = new HashMap<>();

    void add(Load load) {
        sent.putAll(load.sent());
        receipts.putAll(load.receipts());
    }

    void receipt(UUID id, Receipt receipt) {
        receipts.put(id, receipt);
    }

    int receiptCount() {
        return receipts.size();
    }

    /** What was sent and has no receipt. */
    List<AuditEvent> unanswered() {
        return sent.values().stream()
                .filter(event -> !receipts.containsKey(event.id()))
                .toList();
    }

    /**
     * Checks what a server answers against what it was sent: every event with a receipt is there, unchanged, once, with the
     * identity of its receipt; nothing is there that was not sent; sequences have no hole.
     */
    void check(List<JsonTree> stored, String evidence) {
        Map<UUID, JsonTree> byId = new HashMap<>();
        for (JsonTree event : stored) {
            JsonTree twin = byId.put(UUID.fromString(event.text("id")), event);
            assertThat(twin).as("stored twice, also as %s; %s", event, evidence).isNull();
        }
        byId.forEach((id, event) -> {
            assertThat(sent)
                    .as("stored but never sent: %s; %s", event, evidence)
                    .containsKey(id);
            assertThat(Facts.supplied(event)).as(evidence).isEqualTo(Facts.supplied(sent.get(id)));
        });
        receipts.forEach((id, receipt) -> {
            assertThat(byId).as("lost: %s; %s", receipt, evidence).containsKey(id);
            assertThat(Facts.identity(byId.get(id)))
                    .as("identity of %s; %s", id, evidence)
                    .isEqualTo(Facts.identity(receipt));
            assertThat(byId.get(id).text("lane")).isEqualTo(receipt.lane().text());
        });
        assertDense(stored, evidence);
    }

    private static void assertDense(List<JsonTree> stored, String evidence) {
        Map<Long, List<Long>> bySequence = new TreeMap<>();
        stored.stream()
                .sorted((a, b) -> Long.compare(sequence(a), sequence(b)))
                .forEach(event -> bySequence
                        .computeIfAbsent(event.at("shard").number(-1), shard -> new java.util.ArrayList<>())
                        .add(sequence(event)));
        bySequence.forEach((shard, sequences) -> {
            for (int i = 0; i < sequences.size(); i++) {
                assertThat(sequences.get(i))
                        .as("a sequence of shard %s, of %s; %s", shard, sequences.size(), evidence)
                        .isEqualTo(i);
            }
        });
    }

    private static long sequence(JsonTree event) {
        return event.at("sequence").number(-1);
    }
}
