package io.evident.load.peer.nats;

import io.nats.client.Connection;
import io.nats.client.Nats;
import java.io.IOException;

/** A connection to a NATS server. Thread-safe. */
record NatsClient(Connection connection) implements AutoCloseable {
    static NatsClient to(String url) throws IOException {
        try {
            return new NatsClient(Nats.connect(url));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
