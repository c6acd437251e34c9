package io.evident.ingest.http;

import io.evident.event.Refusal;
import io.evident.pipeline.admission.Principal;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * One request and the place of its answer in the connection's order. What it tells about the request is set before an
 * endpoint sees it and never changes, but for the body, which is the endpoint's only until {@link Endpoint#handle}
 * returns. {@link #answer} and {@link #stream} may be called from any thread; the first call counts.
 */
public final class Exchange {
    private final HttpConnection connection;
    private final String method;
    private final HttpHeaders headers;
    private final long receivedTick;
    private final long receivedTimeNs;
    private Principal principal;
    private Route route;
    private String pathText = "";
    private QueryParameters parameters;
    private RequestBody body;

    // Confined to the event loop.
    private HttpAnswer answer;
    private EventStream stream;
    private boolean streams;
    private boolean awaitsContinue;
    private boolean closesAfter;
    private boolean http10;
    private boolean abandoned;

    Exchange(HttpConnection connection, String method, HttpHeaders headers, long receivedTimeNs) {
        this.connection = connection;
        this.method = method;
        this.headers = headers;
        this.receivedTick = System.nanoTime();
        this.receivedTimeNs = receivedTimeNs;
    }

    // The request.

    /** Whether the client wants the header of the answer only. */
    public boolean isHead() {
        return method.equals("HEAD");
    }

    /** A header field's value, or "" when it is absent. */
    public String header(CharSequence name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }

    /** Whether the client speaks HTTP/1.0, which cannot tell the end of a stream from a broken connection. */
    public boolean isHttp10() {
        return http10;
    }

    void http10(boolean speaksHttp10) {
        http10 = speaksHttp10;
    }

    /** The content type of the body, or "" when it is absent. */
    public String contentType() {
        return header(HttpHeaderNames.CONTENT_TYPE);
    }

    /** How the body is packed, or "" when it is not. */
    public String contentEncoding() {
        return headers.contains(HttpHeaderNames.CONTENT_ENCODING)
                ? String.join(",", headers.getAll(HttpHeaderNames.CONTENT_ENCODING))
                : "";
    }

    /** When the header was there, by {@link System#nanoTime}. */
    public long receivedTick() {
        return receivedTick;
    }

    /** When the header was there, in nanoseconds since 1970. */
    public long receivedTimeNs() {
        return receivedTimeNs;
    }

    /** The address of the client. */
    public InetSocketAddress remote() {
        return connection.remote();
    }

    /** Who asks; {@code null} on an open route. */
    public Principal principal() {
        return principal;
    }

    void authenticated(Principal caller) {
        principal = caller;
    }

    /** The route it takes. */
    public Route route() {
        return route;
    }

    /** The text that stands where the route's path has braces. */
    public String pathText() {
        return pathText;
    }

    /** The parameters of its query string. */
    public QueryParameters parameters() {
        return parameters;
    }

    void routed(Route newRoute, String newPathText, QueryParameters newParameters) {
        route = newRoute;
        pathText = newPathText;
        parameters = newParameters;
    }

    /** Its body, empty when it has none; {@code null} before {@link Endpoint#handle}. */
    public RequestBody body() {
        return body;
    }

    void receives(RequestBody newBody) {
        body = newBody;
    }

    void releaseBody() {
        if (body != null) {
            body.release();
        }
    }

    // The answer.

    /** Answers the request. */
    public void answer(HttpAnswer newAnswer) {
        connection.onLoop(() -> {
            if (answer == null && stream == null) {
                answer = newAnswer;
                connection.answered();
            }
        });
    }

    /** Answers with the problem document of a refusal. */
    public void refuse(Refusal refusal) {
        answer(Problems.answer(refusal));
    }

    /** Answers with a stream, which begins when the answers before it are written. */
    public void stream(EventStream newStream) {
        connection.onLoop(() -> {
            if (answer == null && stream == null && !abandoned) {
                stream = newStream;
                connection.answered();
            } else {
                newStream.closed();
            }
        });
    }

    /** Ends the stream: what was written is the whole answer. Called on the event loop. */
    public void endStream() {
        connection.streamEnded(this);
    }

    /** Ends the stream and the connection with it, so that the client sees that something is missing. On the event loop. */
    public void cutStream() {
        connection.streamCut(this);
    }

    /** Runs a task on the event loop after a time, unless that has ended. */
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for the task
    public void later(Runnable task, long delayMs) {
        connection.eventLoop().schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }

    /** Runs a task on the event loop; never within the call. */
    public void soon(Runnable task) {
        connection.later(task);
    }

    /** The connection has ended: nobody waits for an answer any more. */
    void abandon() {
        abandoned = true;
        releaseBody();
        if (stream != null) {
            stream.closed();
        }
    }

    /** The answer, or {@code null} while there is none. Called on the event loop. */
    public HttpAnswer answer() {
        return answer;
    }

    EventStream stream() {
        return stream;
    }

    boolean awaitsContinue() {
        return awaitsContinue;
    }

    void awaitsContinue(boolean awaits) {
        awaitsContinue = awaits;
    }

    /** Whether the stream has begun. */
    boolean streams() {
        return streams;
    }

    void streams(boolean begun) {
        streams = begun;
    }

    /** Whether the client wants the connection to end with this answer. */
    boolean closesAfter() {
        return closesAfter;
    }

    void closesAfter(boolean closes) {
        closesAfter = closes;
    }
}
