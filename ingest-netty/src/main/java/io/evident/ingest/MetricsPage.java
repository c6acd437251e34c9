package io.evident.ingest;

/** What the server measured, for scrapers. Called on query threads. Thread-safe. */
@FunctionalInterface
public interface MetricsPage {
    /** All metrics in the Prometheus text format, version 0.0.4. */
    String text();
}
