package io.evident.load.peer.nats;

import io.evident.load.target.Answers;
import io.evident.load.target.Durability;
import io.evident.load.target.Target;
import io.evident.load.target.TargetSender;
import io.nats.client.JetStreamApiException;
import java.io.IOException;

/** Publishes a message for each event with NATS' own client, and waits for each one's acknowledgement. */
final class NatsTarget implements Target {
    static final String STREAM = "events";
    static final String SUBJECT = "event";

    private final String url;

    NatsTarget(String url) {
        this.url = url;
    }

    @Override
    public String name() {
        return "nats";
    }

    @Override
    public Durability durability() {
        return Durability.PAGE_CACHE;
    }

    @Override
    public TargetSender sender(int index, Answers answers) throws IOException {
        return NatsSender.to(url, answers);
    }

    @Override
    public long stored() throws IOException {
        try (NatsClient client = NatsClient.to(url)) {
            return client.connection()
                    .jetStreamManagement()
                    .getStreamInfo(STREAM)
                    .getStreamState()
                    .getMsgCount();
        } catch (JetStreamApiException e) {
            throw new IOException("NATS: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        // Each sender has a connection of its own.
    }
}
