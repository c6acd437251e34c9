package io.evident.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/**
 * Where to listen or connect, as written: {@code 127.0.0.1:8480}, {@code localhost:0}, {@code [::1]:8480}.
 *
 * @param host an address or a name, an IPv6 address without its brackets
 * @param port 0 to 65535; 0 lets the system choose where something listens
 */
public record HostPort(String host, int port) {
    private static final int MAX_PORT = 65_535;

    public HostPort {
        Objects.requireNonNull(host, "host");
    }

    /** Reads {@code HOST:PORT}, or returns {@code null} when the text is none. */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            return null;
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]") && host.length() > 2;
        if (port > MAX_PORT || (!bracketed && host.matches(".*[:\\[\\]\\s/].*"))) {
            return null;
        }
        return new HostPort(bracketed ? host.substring(1, host.length() - 1) : host, port);
    }

    /** Whether every address that the host stands for is loopback. */
    public boolean isLoopback() throws UnknownHostException {
        for (InetAddress address : InetAddress.getAllByName(host)) {
            if (!address.isLoopbackAddress()) {
                return false;
            }
        }
        return true;
    }

    /** The address for a socket; unresolved when the name means nothing. */
    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
