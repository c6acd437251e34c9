package io.evident.client;

import io.evident.event.Tier;
import io.evident.event.wire.Hello;
import java.net.InetSocketAddress;

/** What a client was built with; {@link AuditClientBuilder} tells the meaning and checks the ranges. */
record ClientConfig(
        String host,
        int port,
        Hello hello,
        Tier tier,
        int maxPendingEvents,
        long maxPendingBytes,
        long fullWaitNs,
        long lingerNs,
        long eventDeadlineNs,
        long retryDeadlineNs,
        long connectTimeoutNs,
        long answerTimeoutNs,
        long minBackoffMs,
        long maxBackoffMs,
        long closeTimeoutNs) {

    /** The address, looked up anew each time: a server may have moved. */
    InetSocketAddress address() {
        return new InetSocketAddress(host, port);
    }
}
