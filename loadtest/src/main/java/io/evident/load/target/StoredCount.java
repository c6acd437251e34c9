package io.evident.load.target;

import io.evident.load.http.HttpConnection;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks an Evident server how many events of a run it has: those of all tenants whose names begin with the run's own.
 *
 * @param server where to ask, or {@code null} when there is nobody to ask
 * @param tenantPrefix what the names of the run's tenants, and of no others, begin with
 */
public record StoredCount(URI server, String tenantPrefix) {
    private static final Pattern COUNT = Pattern.compile("\"count\":(\\d+)");

    /** Events that can be found. */
    public long events() throws IOException {
        if (server == null) {
            throw new IOException("nobody was named who could be asked what is stored (--http)");
        }
        try (HttpConnection connection = HttpConnection.open(server)) {
            int status = connection.get(
                    "/v1/events/count?tenant=" + URLEncoder.encode(tenantPrefix, StandardCharsets.UTF_8) + "*");
            Matcher count = COUNT.matcher(connection.bodyText());
            if (status != 200 || !count.find()) {
                throw new IOException(
                        "asked for the number of events, the server answered " + status + ": " + connection.bodyText());
            }
            return Long.parseLong(count.group(1));
        }
    }
}
