package io.evident.server.system;

import io.evident.event.AuditEvent;
import io.evident.event.Receipt;
import io.evident.event.json.EventJsonWriter;
import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** What events say, as text that two sides can be compared by. Stateless. */
final class Facts {
    private static final List<String> SUPPLIED = List.of(
            "id",
            "time",
            "tenant",
            "stream",
            "actor",
            "action",
            "category",
            "resource",
            "outcome",
            "severity",
            "labels",
            "attributes");

    private Facts() {}

    /** An event as it is posted. */
    static String json(AuditEvent event) {
        return new String(EventJsonWriter.asSent().toBytes(event), StandardCharsets.UTF_8);
    }

    /** What the sender supplied, of an event as it was sent. */
    static String supplied(AuditEvent event) {
        try {
            return supplied(JsonTree.parse(json(event).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException impossible) {
            throw new UncheckedIOException("what was just written is no JSON", impossible);
        }
    }

    /** What the sender supplied, of an event as it was answered. */
    static String supplied(JsonTree event) {
        return SUPPLIED.stream().map(name -> name + "=" + event.at(name)).collect(Collectors.joining(" "));
    }

    /** The identity of an event or of a receipt over HTTP. */
    static String identity(JsonTree answer) {
        return identity(
                answer.at("shard").number(-1),
                answer.at("incarnation").number(-1),
                answer.at("sequence").number(-1));
    }

    static String identity(Receipt receipt) {
        return identity(receipt.shard(), receipt.incarnation(), receipt.sequence());
    }

    private static String identity(long shard, long incarnation, long sequence) {
        return shard + "/" + incarnation + "/" + sequence;
    }
}
