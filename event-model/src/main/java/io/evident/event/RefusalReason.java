package io.evident.event;

import java.util.Locale;

/**
 * Why something was not accepted: the same reasons over HTTP and TCP. The ordinal is the code in frames, so new reasons
 * are added at the end only. The HTTP status says whose fault it is: 4xx the sender's, 5xx Evident's.
 */
public enum RefusalReason {
    /** Not JSON, or not a frame of the right shape. */
    MALFORMED(400, "The input is malformed"),
    /** A value has another JSON type than its field. */
    WRONG_TYPE(400, "A field has the wrong type"),
    /** A required field is absent. */
    MISSING_FIELD(400, "A required field is missing"),
    /** A field that no event has. */
    UNKNOWN_FIELD(400, "A field is unknown"),
    /** A field that only the server may fill in. */
    SERVER_FIELD(400, "A field is filled in by the server only"),
    /** A field that stands twice. */
    DUPLICATE_FIELD(400, "A field stands twice"),
    /** Bytes that are not UTF-8, or an unpaired surrogate. */
    INVALID_TEXT(400, "A text is not valid UTF-8"),
    /** A time that is no RFC 3339 instant within the signed 64-bit nanosecond range. */
    INVALID_TIME(400, "A time is invalid"),
    /** An id that is no UUID. */
    INVALID_ID(400, "An id is invalid"),
    /** Any other value that its field does not take: empty, unknown name, too long. */
    INVALID_VALUE(400, "A value is not allowed"),
    /** A query parameter that is unknown or wrong. */
    INVALID_QUERY(400, "The query is invalid"),
    /** No or wrong credentials. */
    UNAUTHENTICATED(401, "Authentication is required"),
    /** The caller may not do this for this tenant. */
    FORBIDDEN(403, "The caller may not do this"),
    /** There is no such thing, or the caller may not see it. */
    NOT_FOUND(404, "Not found"),
    /** The path does not take this method. */
    METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
    /** The id stands for an event with other content. */
    ID_CONFLICT(409, "The id belongs to an event with other content"),
    /** The event is larger than an event may be. */
    EVENT_TOO_LARGE(413, "The event is too large"),
    /** The request body or frame is larger than one may be. */
    BODY_TOO_LARGE(413, "The body is too large"),
    /** A content type or encoding that this path does not take. */
    UNSUPPORTED_MEDIA_TYPE(415, "The content type is not supported"),
    /** More unanswered events than the connection's window, or a rate above its limit. */
    RATE_LIMITED(429, "Too many events at once"),
    /** The lane of the event's shard is full. */
    LANE_FULL(503, "The lane is full"),
    /** Too many ids are in flight to tell duplicates apart. */
    DUPLICATE_WINDOW_FULL(503, "Too many events are in flight"),
    /** The server is stopping or not yet ready. */
    UNAVAILABLE(503, "The server takes no events now"),
    /** The write or force failed: the event may or may not be stored; a retry with the same id settles it. */
    OUTCOME_UNKNOWN(503, "The outcome is unknown"),
    /** There is no room on the disk. */
    DISK_FULL(507, "The disk is full"),
    /** A protocol version or message type that this server does not speak. */
    UNSUPPORTED_PROTOCOL(400, "The protocol is not supported"),
    /** An answer would cost more than a query may; it says how to narrow. */
    QUERY_TOO_BROAD(422, "The query is too broad"),
    /** The sender was too slow to deliver what it announced. */
    TIMEOUT(408, "The request took too long"),
    /** A limit that all callers share is reached: connections, waiting queries, followers, bodies in memory. */
    BUSY(503, "The server is busy"),
    /** Something failed inside the server; its log says what. */
    INTERNAL(500, "The server failed"),
    /** What an administrator wants does not go with how the server is: another change is under way, a shard has failed. */
    CONFLICT(409, "The server's state does not allow this now");

    private static final RefusalReason[] BY_CODE = values();

    private final int status;
    private final String title;
    private final String code;

    RefusalReason(int status, String title) {
        this.status = status;
        this.title = title;
        this.code = name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The reason of a frame's code, or {@code null} for a number of a newer server. */
    public static RefusalReason ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** The HTTP status, 400 to 599. */
    public int status() {
        return status;
    }

    /** A short sentence for people, the same for every occurrence. */
    public String title() {
        return title;
    }

    /** The name for machines: {@code missing-field}. The problem type is {@code urn:evident:problem:} plus this. */
    public String text() {
        return code;
    }

    /** Whether the sender, not Evident, has to change something before a retry can succeed. */
    public boolean sendersFault() {
        return status < 500 && status != 429 && status != 408;
    }

    /** Whether the same event may succeed when it is sent again later. */
    public boolean retryable() {
        return !sendersFault();
    }
}
