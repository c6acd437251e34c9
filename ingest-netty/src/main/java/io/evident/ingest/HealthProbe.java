package io.evident.ingest;

/** Tells how the server is. Called on network threads: answers from what is known and must not block. Thread-safe. */
public interface HealthProbe {
    /** What is asked about. */
    enum Question {
        /** Whether the process works at all; when not, it should be started anew. */
        LIVENESS,
        /** Whether it takes events and queries now. */
        READINESS,
        /** Whether the start has come to its end. */
        STARTUP,
        /** All of these in one. */
        OVERALL,
        /** All of these, part by part. */
        DETAILED
    }

    /** Answers one question. */
    Health check(Question question);

    /**
     * An answer.
     *
     * @param up whether all is well; otherwise the HTTP status is 503
     * @param json one JSON object
     */
    record Health(boolean up, String json) {}
}
