package io.evident.client;

import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Receipt;
import io.evident.event.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A whole program that audits: sends events to the port it is given, and prints how many are safe. */
public final class SendingProgram {
    private static final int EVENTS = 1_000;

    private SendingProgram() {}

    public static void main(String[] arguments) throws Exception {
        try (AuditClient client = AuditClient.connect("127.0.0.1", Integer.parseInt(arguments[0]))) {
            List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
            for (int i = 0; i < EVENTS; i++) {
                receipts.add(client.send(event(i)).toCompletableFuture());
            }
            receipts.forEach(CompletableFuture::join);
            System.out.println(receipts.size() + " events safe");
        }
    }

    private static AuditEvent event(int number) {
        return AuditEvent.builder("acme", "user-17", "document.read")
                .resource("document", "doc-" + number)
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P2_MEDIUM)
                .attributes("{\"pages\":[1,2]}")
                .build();
    }
}
