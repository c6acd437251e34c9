package io.evident.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Receipt;
import io.evident.event.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Events to send, and what becomes of them. */
final class Events {
    private static final long PATIENCE_S = 20;

    private Events() {}

    static AuditEvent event(int number) {
        return AuditEvent.builder("acme", "user-17", "document.read")
                .resource("document", "doc-" + number)
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P2_MEDIUM)
                .build();
    }

    static List<CompletionStage<Receipt>> send(AuditClient client, int count) {
        List<CompletionStage<Receipt>> stages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stages.add(client.send(event(i)));
        }
        return stages;
    }

    static Receipt receipt(CompletionStage<Receipt> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    /** What the stage ended with instead of a receipt. */
    static <T extends SendException> T problem(CompletionStage<Receipt> stage, Class<T> type)
            throws InterruptedException, TimeoutException {
        try {
            throw new AssertionError(
                    "has a receipt: " + stage.toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS));
        } catch (ExecutionException failed) {
            assertThat(failed.getCause()).isInstanceOf(type);
            return type.cast(failed.getCause());
        }
    }
}
