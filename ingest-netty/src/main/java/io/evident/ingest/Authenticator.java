package io.evident.ingest;

import io.evident.event.Refusal;
import io.evident.pipeline.admission.Principal;
import java.net.InetSocketAddress;

/** Says who a caller is. Called on network threads: must not block. Thread-safe. */
public interface Authenticator {
    /**
     * Who is at the other end.
     *
     * @param remote the caller's address
     * @param credentials the token of a TCP hello, or the value of an HTTP request's {@code Authorization}; empty when
     *     there is none
     */
    Verdict authenticate(InetSocketAddress remote, String credentials);

    /** What came out of it. */
    sealed interface Verdict {}

    /** The caller is known. */
    record Granted(Principal principal) implements Verdict {}

    /** The caller is not let in. */
    record Denied(Refusal refusal) implements Verdict {}
}
