package io.evident.client.read;

import io.evident.client.connection.Backoff;
import io.evident.client.read.answer.AnswerJson;
import io.evident.client.read.answer.BadAnswerException;
import io.evident.client.read.answer.NoAnswerException;
import io.evident.client.read.answer.ProblemException;
import io.evident.client.read.answer.ReadException;
import io.evident.client.read.answer.SseReader;
import io.evident.client.read.answer.StoredEvent;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Follows until it is ended: connects, passes events on, and after a break goes on behind the last event that the listener
 * has taken.
 */
final class FollowLoop implements Runnable {
    /** A position goes back as a header field, so it has to be fit for one. */
    private static final Pattern POSITION = Pattern.compile("[!-~]{1,8192}");

    private final HttpCalls calls;
    private final ReadQuery query;
    private final FollowListener listener;
    private final Backoff backoff;
    private final CountDownLatch ending = new CountDownLatch(1);
    private volatile String position;
    private volatile BodyStream body;
    private boolean wasConnected;
    private int failures;

    FollowLoop(HttpCalls calls, ReadQuery query, String after, FollowListener listener) {
        this.calls = calls;
        this.query = query;
        this.position = after;
        this.listener = listener;
        ReadConfig config = calls.config();
        this.backoff = new Backoff(config.minBackoffMs(), config.maxBackoffMs(), new Random());
    }

    String position() {
        return position;
    }

    /** Has the loop end soon. From any thread. */
    void end() {
        ending.countDown();
        BodyStream open = body;
        if (open != null) {
            open.close();
        }
    }

    private boolean isEnding() {
        return ending.getCount() == 0;
    }

    @Override
    public void run() {
        RuntimeException why = null;
        try {
            while (!isEnding()) {
                ReadException broken = followOnce();
                if (!isEnding()) {
                    failures++;
                    tell(() -> listener.disconnected(broken, failures));
                    pause(broken);
                }
            }
        } catch (ListenerFailed failed) {
            why = failed.thrown;
        } catch (RuntimeException useless) {
            why = useless;
        }
        listener.ended(why);
    }

    /** Follows over one connection. Returns why it broke; throws what makes another useless. */
    private ReadException followOnce() {
        try (BodyStream open = calls.newBody(calls.config().heartbeatTimeoutNs())) {
            body = open;
            if (isEnding()) {
                return null;
            }
            calls.send(open, "/v1/events/follow" + query.follow(), "text/event-stream", position);
            boolean gapPossible = wasConnected && position == null;
            wasConnected = true;
            tell(() -> listener.connected(gapPossible));
            passOn(new SseReader(open, HttpCalls.MAX_EVENT_BYTES));
            return new NoAnswerException("the server ended the connection", null);
        } catch (NoAnswerException broken) {
            return broken;
        } catch (ProblemException refused) {
            if (!refused.mayPass()) {
                throw refused;
            }
            return refused;
        } catch (IOException broken) {
            return new NoAnswerException("the connection broke: " + broken.getMessage(), broken);
        }
    }

    private void passOn(SseReader stream) throws IOException {
        while (!isEnding()) {
            SseReader.Message message = stream.next();
            if (message == null) {
                return;
            }
            failures = 0;
            if (message.lastId() != null && !isPosition(message.lastId())) {
                throw new BadAnswerException("an event has a position that cannot be given back");
            }
            if (message.data() != null && !isEnding()) {
                pass(message);
            }
            if (message.lastId() != null) {
                position = message.lastId();
            }
        }
    }

    private void pass(SseReader.Message message) {
        switch (message.type()) {
            case "event" -> {
                if (message.lastId() == null) {
                    throw new BadAnswerException("an event has no position to go on behind");
                }
                StoredEvent event = AnswerJson.event(message.data());
                tell(() -> listener.event(event, message.lastId()));
            }
            case "lag" -> {
                long eventsBehind = AnswerJson.eventsBehind(message.data());
                tell(() -> listener.lag(eventsBehind));
            }
            default -> {
                // Something that a later server tells.
            }
        }
    }

    /** Whether a text can be given to the server as a position. */
    static boolean isPosition(String text) {
        return POSITION.matcher(text).matches();
    }

    /** Keeps apart what the listener throws and what reading does. */
    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException thrown) {
            throw new ListenerFailed(thrown);
        }
    }

    private static final class ListenerFailed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final RuntimeException thrown;

        ListenerFailed(RuntimeException thrown) {
            super(thrown);
            this.thrown = thrown;
        }
    }

    private void pause(ReadException broken) {
        long delayMs = backoff.delayMs(failures - 1);
        if (broken instanceof ProblemException problem && problem.retryAfter() != null) {
            long askedMs =
                    Math.min(problem.retryAfter().toMillis(), calls.config().maxRetryWaitMs());
            delayMs = Math.max(delayMs, askedMs);
        }
        try {
            ending.await(delayMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw new NoAnswerException("the thread of the following was interrupted", interrupted);
        }
    }
}
