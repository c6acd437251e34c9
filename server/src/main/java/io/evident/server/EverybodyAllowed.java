package io.evident.server;

import io.evident.ingest.Authenticator;
import io.evident.pipeline.admission.Principal;
import java.net.InetSocketAddress;

/** The authenticator of {@code --insecure}: whoever reaches the address is served. */
final class EverybodyAllowed implements Authenticator {
    private static final Verdict ANONYMOUS = new Granted(Principal.anonymous());

    @Override
    public Verdict authenticate(InetSocketAddress remote, String credentials) {
        return ANONYMOUS;
    }
}
