package io.evident.client.read;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Gathers what an {@link AuditReader} is to be like. Every setting has a default; a value out of its range throws {@link
 * IllegalArgumentException} at once. Not thread-safe.
 */
public final class AuditReaderBuilder {
    private static final Duration LONGEST = Duration.ofDays(365);

    private String baseUrl = "http://127.0.0.1:8480";
    private HttpClient http;
    private Consumer<HttpRequest.Builder> eachRequest = request -> {};
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration answerTimeout = Duration.ofSeconds(30);
    private Duration heartbeatTimeout = Duration.ofSeconds(45);
    private int maxRetries = 3;
    private Duration maxRetryWait = Duration.ofSeconds(30);
    private Duration minBackoff = Duration.ofMillis(100);
    private Duration maxBackoff = Duration.ofSeconds(10);
    private int exportAttempts = 8;
    private int maxAnswerBytes = 64 << 20;

    AuditReaderBuilder() {}

    /** Where Evident answers, with the path that stands before {@code /v1} if there is one. Default http://127.0.0.1:8480. */
    public AuditReaderBuilder baseUrl(String newUrl) {
        URI uri = URI.create(newUrl);
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        boolean plain = uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
        require(http && plain && uri.getHost() != null, "baseUrl", "http[s]://host[:port][/path]");
        baseUrl = newUrl.replaceAll("/+$", "");
        return this;
    }

    /**
     * Sends by a client of your own: for TLS, a proxy, an authenticator. It stays yours to end. Default: a client that
     * follows no redirects.
     */
    public AuditReaderBuilder httpClient(HttpClient newClient) {
        http = Objects.requireNonNull(newClient, "httpClient");
        return this;
    }

    /**
     * Adds to each request, for example a header field with a token; called from any thread. Leave its timeout alone:
     * following and exporting go on for as long as there is something.
     */
    public AuditReaderBuilder eachRequest(Consumer<HttpRequest.Builder> customiser) {
        eachRequest = Objects.requireNonNull(customiser, "eachRequest");
        return this;
    }

    /** How long a connection may take, unless the client is your own. Default 5 s. */
    public AuditReaderBuilder connectTimeout(Duration timeout) {
        connectTimeout = positive("connectTimeout", timeout);
        return this;
    }

    /** How long the server may let wait for an answer, and be silent within one. Default 30 s. */
    public AuditReaderBuilder answerTimeout(Duration timeout) {
        answerTimeout = positive("answerTimeout", timeout);
        return this;
    }

    /**
     * A connection that is followed and over which nothing comes for this long, not even a heartbeat, is taken for dead.
     * The server sends one every 15 s by default. Default 45 s.
     */
    public AuditReaderBuilder heartbeatTimeout(Duration timeout) {
        heartbeatTimeout = positive("heartbeatTimeout", timeout);
        return this;
    }

    /** How often a request is sent again when the server asks to come back later (429, 503). Default 3. */
    public AuditReaderBuilder maxRetries(int retries) {
        require(retries >= 0, "maxRetries", "0 or more");
        maxRetries = retries;
        return this;
    }

    /** The longest that the reader waits when the server asks to; asked for more, a query fails at once. Default 30 s. */
    public AuditReaderBuilder maxRetryWait(Duration longest) {
        require(!longest.isNegative(), "maxRetryWait", "0 or more");
        maxRetryWait = longest;
        return this;
    }

    /**
     * How long following and exporting wait after a broken connection: the minimum at first, twice as long after each
     * failure up to the maximum, the upper half of it at random. Default 100 ms and 10 s.
     */
    public AuditReaderBuilder reconnectBackoff(Duration min, Duration max) {
        require(min.toMillis() >= 1 && min.compareTo(max) <= 0, "reconnectBackoff", "1 ms or more, min <= max");
        minBackoff = min;
        maxBackoff = max;
        return this;
    }

    /** An export stops after this many attempts in a row that brought no event; from 1. Default 8. */
    public AuditReaderBuilder exportAttempts(int attempts) {
        require(attempts >= 1, "exportAttempts", "1 or more");
        exportAttempts = attempts;
        return this;
    }

    /** The longest answer that is taken as a whole, such as a page; from 1 KiB. Default 64 MiB. */
    public AuditReaderBuilder maxAnswerBytes(int bytes) {
        require(bytes >= 1024, "maxAnswerBytes", "1024 or more");
        maxAnswerBytes = bytes;
        return this;
    }

    /** The reader. It connects when it is first asked. */
    public AuditReader build() {
        HttpClient client = http != null
                ? http
                : HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(connectTimeout)
                        .build();
        return new AuditReader(new ReadConfig(
                baseUrl,
                client,
                http == null,
                eachRequest,
                nanos(answerTimeout),
                nanos(heartbeatTimeout),
                maxRetries,
                nanos(maxRetryWait) / 1_000_000,
                minBackoff.toMillis(),
                nanos(maxBackoff) / 1_000_000,
                exportAttempts,
                maxAnswerBytes));
    }

    /** Nanoseconds of a duration; a year stands for all that is longer. */
    private static long nanos(Duration duration) {
        return (duration.compareTo(LONGEST) > 0 ? LONGEST : duration).toNanos();
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
