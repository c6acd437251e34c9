package io.evident.server.send;

import java.io.Closeable;
import java.io.IOException;

/** Takes events to a server and hands their answers to {@link SendAnswers}. Used by one thread. */
public interface EventSender extends Closeable {
    /**
     * Sends an event, or gathers it for a batch. Waits while too many are unanswered.
     *
     * @throws IOException when the server cannot be reached any more
     */
    void send(OutgoingEvent event) throws IOException, InterruptedException;

    /**
     * Sends what was gathered and waits until every event is answered.
     *
     * @param whileWaiting called now and then
     */
    void finish(Runnable whileWaiting) throws IOException, InterruptedException;
}
