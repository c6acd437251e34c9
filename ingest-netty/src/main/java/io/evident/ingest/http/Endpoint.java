package io.evident.ingest.http;

import io.evident.event.Refusal;

/** What answers the requests of one route. Called on network threads: must not block. Thread-safe. */
@FunctionalInterface
public interface Endpoint {
    /** Answers a request whose body is there, now or later, exactly once. */
    void handle(Exchange exchange);

    /** Looks at a request before its body is read. Returns {@code null}, or why the body is not wanted. */
    default Refusal check(Exchange exchange) {
        return null;
    }
}
