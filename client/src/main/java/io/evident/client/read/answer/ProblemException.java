package io.evident.client.read.answer;

import io.evident.event.RefusalReason;
import io.evident.event.json.ProblemJson;
import java.time.Duration;

/** The server refused, with a problem document (RFC 9457) or at least a status that is no success. */
public final class ProblemException extends ReadException {
    private static final long serialVersionUID = 1;
    /** The type of an answer without a problem document, as RFC 9457, section 4.2.1, has it. */
    static final String NO_TYPE = "about:blank";

    private final int status;
    private final String type;
    private final String field;
    private final String detail;
    private final Duration retryAfter;

    /**
     * @param status the HTTP status
     * @param problem the document
     * @param retryAfter how long the server asks to wait; {@code null} when it does not say
     */
    ProblemException(int status, ProblemDocument problem, Duration retryAfter) {
        super(message(status, problem), null);
        this.status = status;
        this.type = problem.type();
        this.field = problem.field();
        this.detail = problem.detail();
        this.retryAfter = retryAfter;
    }

    private static String message(int status, ProblemDocument problem) {
        String at = problem.field() == null ? "" : problem.field() + " ";
        return status + " " + problem.type() + ": " + at + problem.detail();
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The problem's type, {@code urn:evident:problem:...}; {@code about:blank} when there was no problem document. */
    public String type() {
        return type;
    }

    /** The reason that the type names; {@code null} for one that this client does not know. */
    public RefusalReason reason() {
        for (RefusalReason reason : RefusalReason.values()) {
            if (type.equals(ProblemJson.TYPE_PREFIX + reason.text())) {
                return reason;
            }
        }
        return null;
    }

    /** The parameter or header field that is at fault; {@code null} when none is. */
    public String field() {
        return field;
    }

    /** What is wrong, for people. */
    public String detail() {
        return detail;
    }

    /** How long the server asks to wait; {@code null} when it does not say. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** Whether the same question may be answered later: a limit was reached, or the server failed. */
    public boolean mayPass() {
        return status >= 500 || status == 429 || status == 408;
    }
}
