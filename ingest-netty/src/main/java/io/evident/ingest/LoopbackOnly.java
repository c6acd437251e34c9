package io.evident.ingest;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.admission.Principal;
import java.net.InetSocketAddress;

/** The authenticator of a server without configured authentication: everybody on this machine, nobody else. */
public final class LoopbackOnly implements Authenticator {
    private static final Verdict ANONYMOUS = new Granted(Principal.anonymous());
    private static final Verdict STRANGER = new Denied(Refusal.of(
            RefusalReason.UNAUTHENTICATED,
            "no authentication is configured, so only callers on the server's own machine are served"));

    @Override
    public Verdict authenticate(InetSocketAddress remote, String credentials) {
        return remote.getAddress() != null && remote.getAddress().isLoopbackAddress() ? ANONYMOUS : STRANGER;
    }
}
