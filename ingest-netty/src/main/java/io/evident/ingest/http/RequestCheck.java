package io.evident.ingest.http;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;

/**
 * Whether the header of a request leaves no doubt about where the request ends and whom it is for (RFC 9112, sections 3.2
 * and 6.3). What is doubtful is refused, and the connection closed: another reader on the way may have understood it
 * differently. Stateless.
 */
final class RequestCheck {
    private RequestCheck() {}

    /** What is wrong, or {@code null}. */
    static Refusal check(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return undecodable(request.decoderResult().cause());
        }
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return Refusal.of(RefusalReason.UNSUPPORTED_PROTOCOL, "HTTP/1.1 and HTTP/1.0 are spoken here");
        }
        HttpHeaders headers = request.headers();
        int hosts = headers.getAll(HttpHeaderNames.HOST).size();
        if (hosts > 1 || (hosts == 0 && version.equals(HttpVersion.HTTP_1_1))) {
            return malformed("exactly one Host is needed");
        }
        Refusal refusal = checkFraming(headers, version);
        return refusal != null ? refusal : checkExpect(headers);
    }

    private static Refusal checkFraming(HttpHeaders headers, HttpVersion version) {
        List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean hasLength = headers.contains(HttpHeaderNames.CONTENT_LENGTH);
        if (!encodings.isEmpty()) {
            if (hasLength) {
                return malformed("both Content-Length and Transfer-Encoding");
            }
            if (encodings.size() > 1 || !encodings.get(0).equalsIgnoreCase("chunked")) {
                return malformed("the only transfer encoding is chunked, once");
            }
            if (version.equals(HttpVersion.HTTP_1_0)) {
                return malformed("HTTP/1.0 has no Transfer-Encoding");
            }
        }
        if (hasLength && !isLength(headers.getAll(HttpHeaderNames.CONTENT_LENGTH))) {
            return malformed("Content-Length is not one number");
        }
        return null;
    }

    private static boolean isLength(List<String> values) {
        String value = values.get(0);
        return values.size() == 1
                && !value.isEmpty()
                && value.length() <= 18
                && value.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static Refusal checkExpect(HttpHeaders headers) {
        String expect = headers.get(HttpHeaderNames.EXPECT);
        return expect == null || expect.equalsIgnoreCase("100-continue")
                ? null
                : malformed("the only expectation that can be met is 100-continue");
    }

    /** What to say about bytes that Netty's decoder could not read. */
    static Refusal undecodable(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return malformed("the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return malformed("the header is too long");
        }
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return malformed("not HTTP: " + QueryParameters.excerpt(why.replaceAll("[^ -~]", "?")));
    }

    /** The announced length of the body; 0 when there is none; -1 when it comes in chunks. */
    static long announcedBytes(HttpRequest request) {
        if (request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return -1;
        }
        String length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }

    private static Refusal malformed(String detail) {
        return Refusal.of(RefusalReason.MALFORMED, detail);
    }
}
