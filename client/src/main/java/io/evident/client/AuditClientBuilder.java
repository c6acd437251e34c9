package io.evident.client;

import io.evident.event.Tier;
import io.evident.event.wire.FrameLayout;
import io.evident.event.wire.Hello;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

/**
 * Gathers what an {@link AuditClient} is to be like. Every setting has a default; a value out of its range throws
 * {@link IllegalArgumentException} at once. Not thread-safe.
 */
public final class AuditClientBuilder {
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration LONGEST_LINGER = Duration.ofSeconds(1);

    private String host = "127.0.0.1";
    private int port = 8481;
    private String token = "";
    private String clientName = "evident-java";
    private Tier tier = Tier.SYNCED;
    private int maxPendingEvents = 65_536;
    private long maxPendingBytes = 64L << 20;
    private Duration fullWait = Duration.ZERO;
    private Duration linger = Duration.ZERO;
    private Duration eventDeadline = Duration.ofSeconds(60);
    private Duration retryDeadline = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration answerTimeout = Duration.ofSeconds(15);
    private Duration minBackoff = Duration.ofMillis(50);
    private Duration maxBackoff = Duration.ofSeconds(5);
    private Duration closeTimeout = Duration.ofSeconds(30);

    AuditClientBuilder() {}

    /** Where Evident takes events; the name is looked up anew at every connect. Default 127.0.0.1:8481. */
    public AuditClientBuilder address(String newHost, int newPort) {
        require(newPort >= 1 && newPort <= 65_535, "port", "1 to 65535");
        host = Objects.requireNonNull(newHost, "host");
        port = newPort;
        return this;
    }

    /**
     * Who the client is, where the server asks for it; at most {@value FrameLayout#MAX_TOKEN_BYTES} bytes. Default: none.
     * It is sent as it is: over anything but loopback the connection has to be protected by other means.
     */
    public AuditClientBuilder token(String newToken) {
        token = new Hello(FrameLayout.PROTOCOL_VERSION, newToken, "").token();
        return this;
    }

    /** A name for the server's log and metrics, at most {@value FrameLayout#MAX_NAME_BYTES} bytes of UTF-8. */
    public AuditClientBuilder clientName(String newName) {
        clientName = new Hello(FrameLayout.PROTOCOL_VERSION, "", newName).clientName();
        return this;
    }

    /** How safe an event has to be before it is answered. Default {@link Tier#SYNCED}. */
    public AuditClientBuilder tier(Tier newTier) {
        tier = Objects.requireNonNull(newTier, "tier");
        return this;
    }

    /** Most events that may be without an answer, sent or not; from 1. Default 65,536. */
    public AuditClientBuilder maxPendingEvents(int events) {
        require(events >= 1, "maxPendingEvents", "1 or more");
        maxPendingEvents = events;
        return this;
    }

    /** Most bytes of encoded events that may be without an answer; from 1. Default 64 MiB. */
    public AuditClientBuilder maxPendingBytes(long bytes) {
        require(bytes >= 1, "maxPendingBytes", "1 or more");
        maxPendingBytes = bytes;
        return this;
    }

    /**
     * Has {@link AuditClient#send} wait for room, up to a time, where it would fail with {@link QueueFullException} at
     * once. Default: it never waits.
     */
    public AuditClientBuilder waitWhenFull(Duration atMost) {
        fullWait = atLeastZero("waitWhenFull", atMost);
        return this;
    }

    /**
     * Lets events gather for this time after some were written, and answers too: that spares the calling threads and this
     * machine most of the work of sending, and makes a receipt later by up to twice as much. An event that comes later than
     * that after the last ones goes out at once, as does everything when half of what may be pending is, more waits than the
     * server takes at once, or the client is closed. At most 1 s, and half of the event deadline and of the answer timeout.
     * Default: nothing waits.
     */
    public AuditClientBuilder linger(Duration atMost) {
        require(atMost.compareTo(LONGEST_LINGER) <= 0, "linger", "at most 1 s");
        linger = atLeastZero("linger", atMost);
        return this;
    }

    /** After this time since {@code send} an event without an answer is given up. Default 60 s. */
    public AuditClientBuilder eventDeadline(Duration deadline) {
        eventDeadline = positive("eventDeadline", deadline);
        return this;
    }

    /**
     * Until this time since {@code send} a refusal that may pass is retried, as far as the event deadline allows. Zero:
     * never. Default 30 s.
     */
    public AuditClientBuilder retryDeadline(Duration deadline) {
        retryDeadline = atLeastZero("retryDeadline", deadline);
        return this;
    }

    /** The server has this long to take a connection and welcome the client. Default 5 s. */
    public AuditClientBuilder connectTimeout(Duration timeout) {
        connectTimeout = positive("connectTimeout", timeout);
        return this;
    }

    /**
     * A connection over which nothing has come for this long, although events wait for an answer, is taken for dead: the
     * client connects anew and sends them again. Default 15 s.
     */
    public AuditClientBuilder answerTimeout(Duration timeout) {
        answerTimeout = positive("answerTimeout", timeout);
        return this;
    }

    /**
     * How long the client waits before it connects again: the minimum at first, twice as long after each failure up to the
     * maximum, the upper half of it at random. Default 50 ms and 5 s.
     */
    public AuditClientBuilder reconnectBackoff(Duration min, Duration max) {
        require(min.toMillis() >= 1 && min.compareTo(max) <= 0, "reconnectBackoff", "1 ms or more, min <= max");
        minBackoff = min;
        maxBackoff = positive("reconnectBackoff", max);
        return this;
    }

    /** How long {@link AuditClient#close()} waits for answers. Default 30 s. */
    public AuditClientBuilder closeTimeout(Duration timeout) {
        closeTimeout = atLeastZero("closeTimeout", timeout);
        return this;
    }

    /**
     * Connects, and waits until the server has welcomed the client.
     *
     * @throws IOException when the first attempt fails: nobody there, no welcome in time, or refused by the server
     */
    public AuditClient connect() throws IOException {
        AuditClient client = open();
        try {
            client.awaitFirstAttempt();
            return client;
        } catch (IOException failed) {
            client.close(Duration.ZERO);
            throw failed;
        }
    }

    /**
     * A client that connects in the background, for programs that have to start whether Evident is there or not. Events
     * wait until it is, at most until their deadline.
     *
     * @throws IOException when this machine has no sockets left to give
     */
    public AuditClient open() throws IOException {
        AuditClient client = new AuditClient(config());
        client.start();
        return client;
    }

    private ClientConfig config() {
        Duration most = (eventDeadline.compareTo(answerTimeout) < 0 ? eventDeadline : answerTimeout).dividedBy(2);
        require(linger.compareTo(most) <= 0, "linger", "at most half of eventDeadline and of answerTimeout");
        return new ClientConfig(
                host,
                port,
                new Hello(FrameLayout.PROTOCOL_VERSION, token, clientName),
                tier,
                maxPendingEvents,
                maxPendingBytes,
                nanos(fullWait),
                nanos(linger),
                nanos(eventDeadline),
                nanos(retryDeadline),
                nanos(connectTimeout),
                nanos(answerTimeout),
                minBackoff.toMillis(),
                maxBackoff.toMillis(),
                nanos(closeTimeout));
    }

    /** Nanoseconds of a duration; a year stands for all that is longer. */
    static long nanos(Duration duration) {
        return (duration.compareTo(LONGEST) > 0 ? LONGEST : duration).toNanos();
    }

    private static Duration atLeastZero(String setting, Duration duration) {
        require(!duration.isNegative(), setting, "0 or more");
        return duration;
    }

    private static Duration positive(String setting, Duration duration) {
        require(!duration.isNegative() && !duration.isZero(), setting, "more than 0");
        return duration;
    }

    private static void require(boolean right, String setting, String range) {
        if (!right) {
            throw new IllegalArgumentException(setting + " has to be " + range);
        }
    }
}
