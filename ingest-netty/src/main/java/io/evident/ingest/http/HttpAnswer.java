package io.evident.ingest.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * One whole answer.
 *
 * @param status the HTTP status
 * @param contentType of the body; {@code null} when there is none
 * @param body what the client gets, or would get if it had not asked by HEAD: the pieces one behind the other, which nobody
 *     changes any more
 * @param headers further header fields
 * @param close whether the connection ends with it
 */
public record HttpAnswer(
        int status, String contentType, List<byte[]> body, Map<String, String> headers, boolean close) {
    /** The content type of JSON. */
    public static final String JSON = "application/json";
    /** The content type of a problem document (RFC 9457). */
    public static final String PROBLEM_JSON = "application/problem+json";

    /** Bytes, without further header fields. */
    public static HttpAnswer of(int status, String contentType, byte[] body) {
        return new HttpAnswer(status, contentType, List.of(body), Map.of(), false);
    }

    /** JSON in UTF-8. */
    public static HttpAnswer json(int status, byte[] body) {
        return of(status, JSON, body);
    }

    /** JSON in UTF-8, in pieces. */
    public static HttpAnswer json(int status, List<byte[]> body) {
        return new HttpAnswer(status, JSON, body, Map.of(), false);
    }

    /** A text, which is sent in UTF-8. */
    public static HttpAnswer text(int status, String contentType, String body) {
        return of(status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    /** No body, only header fields. */
    static HttpAnswer empty(int status, Map<String, String> headers) {
        return new HttpAnswer(status, null, List.of(), headers, false);
    }

    HttpAnswer withHeaders(Map<String, String> newHeaders) {
        return new HttpAnswer(status, contentType, body, newHeaders, close);
    }

    /** The same, as the last one of its connection. */
    HttpAnswer thenClose() {
        return new HttpAnswer(status, contentType, body, headers, true);
    }
}
