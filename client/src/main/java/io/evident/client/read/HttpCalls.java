package io.evident.client.read;

import io.evident.client.read.answer.AnswerJson;
import io.evident.client.read.answer.BadAnswerException;
import io.evident.client.read.answer.NoAnswerException;
import io.evident.client.read.answer.ProblemException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The requests of a reader: sends them, takes refusals for what they are, and knows which are under way. Thread-safe. */
final class HttpCalls implements AutoCloseable {
    /** An event has at most 64 KiB of attributes; all else in it is less, however it is escaped. */
    static final int MAX_EVENT_BYTES = 1 << 20;

    private static final int MAX_PROBLEM_BYTES = 64 * 1024;
    private static final String JSON = "application/json";

    private final ReadConfig config;
    private final Set<BodyStream> underWay = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    HttpCalls(ReadConfig config) {
        this.config = config;
    }

    ReadConfig config() {
        return config;
    }

    /**
     * A whole answer. A refusal that names a time to wait is tried again after it, as often as the configuration says.
     *
     * @param target path and query
     */
    byte[] whole(String target) {
        for (int retries = 0; ; retries++) {
            try (BodyStream body = newBody(config.answerTimeoutNs())) {
                send(body, target, JSON, null);
                return readAll(body);
            } catch (ProblemException problem) {
                if (retries == config.maxRetries() || !isWorthWaiting(problem)) {
                    throw problem;
                }
                pause(problem.retryAfter().toMillis());
            }
        }
    }

    private boolean isWorthWaiting(ProblemException problem) {
        return (problem.status() == 503 || problem.status() == 429)
                && problem.retryAfter() != null
                && problem.retryAfter().toMillis() <= config.maxRetryWaitMs();
    }

    private byte[] readAll(BodyStream body) {
        try {
            byte[] bytes = body.readNBytes(config.maxAnswerBytes());
            if (bytes.length == config.maxAnswerBytes() && body.read() >= 0) {
                throw new BadAnswerException("the answer is longer than " + config.maxAnswerBytes() + " bytes");
            }
            return bytes;
        } catch (IOException cut) {
            throw new NoAnswerException("the answer was cut short: " + cut.getMessage(), cut);
        }
    }

    /**
     * What an answer will come as; the caller closes it, whatever happens.
     *
     * @param idleTimeoutNs longest silence within the answer
     */
    BodyStream newBody(long idleTimeoutNs) {
        BodyStream body = new BodyStream(idleTimeoutNs, underWay::remove);
        underWay.add(body);
        return body;
    }

    /**
     * Sends a request and waits for the beginning of its answer, of status 200, which then comes as it is read.
     *
     * @param mediaType what the answer has to be
     * @param lastEventId the header field of this name, or {@code null}
     * @throws ProblemException for any other status
     */
    void send(BodyStream body, String target, String mediaType, String lastEventId) {
        HttpResponse<BodyStream> response = exchange(request(target, mediaType, lastEventId), body);
        if (response.statusCode() != HttpURLConnection.HTTP_OK) {
            throw problem(response);
        }
        requireMediaType(response.headers(), mediaType);
        requireEnd(response);
    }

    private HttpRequest request(String target, String mediaType, String lastEventId) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(config.baseUrl() + target));
        config.eachRequest().accept(request);
        request.setHeader("Accept", mediaType + ", application/problem+json");
        if (lastEventId != null) {
            request.setHeader("Last-Event-ID", lastEventId);
        }
        return request.GET().build();
    }

    private HttpResponse<BodyStream> exchange(HttpRequest request, BodyStream body) {
        if (closed.getCount() == 0) {
            throw new NoAnswerException("the reader is closed", null);
        }
        CompletableFuture<HttpResponse<BodyStream>> sending = config.http().sendAsync(request, info -> body);
        body.answers(sending);
        try {
            return sending.get(config.answerTimeoutNs(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            throw new NoAnswerException(
                    "no answer from " + config.baseUrl() + ": " + failed.getCause(), failed.getCause());
        } catch (TimeoutException late) {
            throw new NoAnswerException("no answer from " + config.baseUrl() + " in time", late);
        } catch (CancellationException cancelled) {
            throw new NoAnswerException("the request was closed", cancelled);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NoAnswerException("interrupted while waiting for an answer", interrupted);
        }
    }

    private static void requireMediaType(HttpHeaders headers, String wanted) {
        String type = headers.firstValue("Content-Type").orElse("none");
        if (!type.split(";", 2)[0].trim().equalsIgnoreCase(wanted)) {
            throw new BadAnswerException("the answer is of the type " + type + ", not " + wanted);
        }
    }

    /** An answer that only ends with its connection could be cut without anybody noticing. */
    private static void requireEnd(HttpResponse<?> response) {
        boolean marked = response.version() != HttpClient.Version.HTTP_1_1
                || response.headers().firstValue("Transfer-Encoding").isPresent()
                || response.headers().firstValue("Content-Length").isPresent();
        if (!marked) {
            throw new BadAnswerException("the answer has neither a length nor chunks: its end would not be known");
        }
    }

    private static ProblemException problem(HttpResponse<BodyStream> response) {
        byte[] document;
        try {
            document = response.body().readNBytes(MAX_PROBLEM_BYTES);
        } catch (IOException cut) {
            // The status is known, and that is what counts.
            document = new byte[0];
        }
        Duration wait = response.headers()
                .firstValue("Retry-After")
                .map(RetryAfterText::read)
                .orElse(null);
        return AnswerJson.problem(response.statusCode(), document, wait);
    }

    /** Waits, unless the reader is closed meanwhile. */
    void pause(long ms) {
        try {
            if (closed.await(ms, TimeUnit.MILLISECONDS)) {
                throw new NoAnswerException("the reader is closed", null);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NoAnswerException("interrupted while waiting to ask again", interrupted);
        }
    }

    /** Ends every request that is under way, and the client below when it is the reader's own. */
    @Override
    public void close() {
        closed.countDown();
        underWay.forEach(BodyStream::close);
        // From Java 21 on a client can be closed; before, its threads end when nobody refers to it any more.
        if (config.ownsHttp() && config.http() instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception failed) {
                throw new IllegalStateException("the HTTP client cannot be closed", failed);
            }
        }
    }
}
