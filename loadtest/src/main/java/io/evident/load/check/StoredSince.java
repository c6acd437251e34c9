package io.evident.load.check;

import io.evident.load.http.HttpConnection;
import java.io.IOException;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many events a server has stored since some moment, by its own counters and without its own events: also those that have
 * expired meanwhile and cannot be found any more. Nobody else may send to the server.
 */
public final class StoredSince {
    private static final Pattern STORED = Pattern.compile("(?m)^evident_events_stored_total\\{[^}]*\\} ([0-9.eE+]+)$");
    private static final Pattern COUNT = Pattern.compile("\"count\":(\\d+)");
    private static final int OK = 200;

    private final URI server;
    private final long before;

    private StoredSince(URI server, long before) {
        this.server = server;
        this.before = before;
    }

    /** From now on. */
    public static StoredSince now(URI server) throws IOException {
        return new StoredSince(server, stored(server));
    }

    /** Stored since then. */
    public long events() throws IOException {
        return stored(server) - before;
    }

    private static long stored(URI server) throws IOException {
        try (HttpConnection connection = HttpConnection.open(server)) {
            long all = 0;
            for (Matcher each = ask(connection, "/metrics", STORED); each.find(); ) {
                all += (long) Double.parseDouble(each.group(1));
            }
            Matcher own = ask(connection, "/v1/events/count?tenant=_system", COUNT);
            if (!own.find()) {
                throw new IOException("the server does not say how many events of its own there are");
            }
            return all - Long.parseLong(own.group(1));
        }
    }

    private static Matcher ask(HttpConnection connection, String path, Pattern pattern) throws IOException {
        int status = connection.get(path);
        if (status != OK) {
            throw new IOException("asked for " + path + ", the server answered " + status);
        }
        return pattern.matcher(connection.bodyText());
    }
}
