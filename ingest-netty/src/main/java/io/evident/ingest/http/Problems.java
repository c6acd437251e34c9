package io.evident.ingest.http;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.json.ProblemJson;
import io.evident.ingest.RetryAfter;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.List;
import java.util.Map;

/** Refusals as whole answers. Stateless. */
public final class Problems {
    private Problems() {}

    /** The problem document of a refusal, with the header fields that belong to its status. */
    public static HttpAnswer answer(Refusal refusal) {
        return new HttpAnswer(
                refusal.reason().status(),
                HttpAnswer.PROBLEM_JSON,
                List.of(ProblemJson.of(refusal).toBytes()),
                headers(refusal.reason()),
                false);
    }

    /** {@code Retry-After} where waiting helps, {@code WWW-Authenticate} where credentials do. */
    public static Map<String, String> headers(RefusalReason reason) {
        int seconds = RetryAfter.seconds(reason);
        if (seconds > 0) {
            return Map.of(HttpHeaderNames.RETRY_AFTER.toString(), Integer.toString(seconds));
        }
        return reason == RefusalReason.UNAUTHENTICATED
                ? Map.of(HttpHeaderNames.WWW_AUTHENTICATE.toString(), "Bearer")
                : Map.of();
    }
}
