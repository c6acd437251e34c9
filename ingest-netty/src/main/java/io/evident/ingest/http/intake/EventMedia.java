package io.evident.ingest.http.intake;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.http.Exchange;
import io.evident.ingest.http.QueryParameters;
import java.util.Locale;

/** The forms in which events may be posted. */
public enum EventMedia {
    /** One object, or an array of objects. */
    JSON("application/json"),
    /** One object per line. */
    NDJSON("application/x-ndjson");

    private final String mediaType;

    EventMedia(String mediaType) {
        this.mediaType = mediaType;
    }

    /** The form of a content type (RFC 9110, section 8.3), or {@code null} when it is none of them or not in UTF-8. */
    public static EventMedia of(String contentType) {
        EventMedia usual = ofType(contentType);
        if (usual != null) {
            return usual;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim();
            boolean utf8 = parameter.equals("charset=utf-8") || parameter.equals("charset=\"utf-8\"");
            if (parameter.startsWith("charset") && !utf8) {
                return null;
            }
        }
        return ofType(parts[0].trim());
    }

    private static EventMedia ofType(String type) {
        for (EventMedia media : values()) {
            if (media.mediaType.equals(type)) {
                return media;
            }
        }
        return null;
    }

    /** Whether the body is as it was sent, or packed in a way that is understood; else {@code null}. */
    static Boolean isGzip(String contentEncoding) {
        if (contentEncoding.isEmpty()) {
            return false;
        }
        return switch (contentEncoding.toLowerCase(Locale.ROOT).trim()) {
            case "", "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default -> null;
        };
    }

    /** What is wrong with the content type or encoding of an exchange, or {@code null}. */
    static Refusal check(Exchange exchange) {
        if (of(exchange.contentType()) == null) {
            String given = exchange.contentType();
            return new Refusal(
                    RefusalReason.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type",
                    (given.isEmpty() ? "is missing" : "is '" + QueryParameters.excerpt(given) + "'")
                            + "; events come as application/json or application/x-ndjson in UTF-8");
        }
        return isGzip(exchange.contentEncoding()) != null
                ? null
                : new Refusal(
                        RefusalReason.UNSUPPORTED_MEDIA_TYPE,
                        "Content-Encoding",
                        "'" + QueryParameters.excerpt(exchange.contentEncoding()) + "' is not understood; gzip is");
    }
}
