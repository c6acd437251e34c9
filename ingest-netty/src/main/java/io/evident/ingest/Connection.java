package io.evident.ingest;

/** One open connection, as the server sees it. All methods may be called from any thread. */
public interface Connection {
    /** Reads no more; what was read is answered. */
    void stopReading();

    /** Closes as soon as everything that was read is answered. Implies {@link #stopReading()}. */
    void finish();

    /** Closes now. */
    void abort();
}
