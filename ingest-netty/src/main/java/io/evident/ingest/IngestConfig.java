package io.evident.ingest;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * How the front end listens and what it may cost. Immutable.
 *
 * @param httpAddress where HTTP listens; port 0 takes a free one; 127.0.0.1:8480 by default
 * @param tcpAddress where the TCP protocol listens; port 0 takes a free one; 127.0.0.1:8481 by default
 * @param eventLoops network threads of each protocol; half of the processors, at least one, by default
 * @param maxConnections open connections of both protocols; one more is refused with 503; 1,024 by default
 * @param http limits of HTTP
 * @param tcp limits of the TCP protocol
 * @param queries limits of queries and followers
 */
public record IngestConfig(
        InetSocketAddress httpAddress,
        InetSocketAddress tcpAddress,
        int eventLoops,
        int maxConnections,
        HttpLimits http,
        TcpLimits tcp,
        QueryLimits queries) {

    public IngestConfig {
        Objects.requireNonNull(httpAddress, "httpAddress");
        Objects.requireNonNull(tcpAddress, "tcpAddress");
        Objects.requireNonNull(http, "http");
        Objects.requireNonNull(tcp, "tcp");
        Objects.requireNonNull(queries, "queries");
        Limits.atLeastOne("eventLoops", eventLoops);
        Limits.atLeastOne("maxConnections", maxConnections);
    }

    /** The shipped configuration. */
    public static IngestConfig defaults() {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        return new IngestConfig(
                new InetSocketAddress(loopback, 8480),
                new InetSocketAddress(loopback, 8481),
                Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
                1_024,
                HttpLimits.defaults(),
                TcpLimits.defaults(),
                QueryLimits.defaults());
    }

    /** The same with other addresses. */
    public IngestConfig withAddresses(InetSocketAddress newHttpAddress, InetSocketAddress newTcpAddress) {
        return new IngestConfig(newHttpAddress, newTcpAddress, eventLoops, maxConnections, http, tcp, queries);
    }
}
