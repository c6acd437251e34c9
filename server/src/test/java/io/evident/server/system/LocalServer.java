package io.evident.server.system;

import io.evident.server.EvidentServer;
import io.evident.server.config.load.ConfigException;
import io.evident.server.config.load.ConfigLoader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A real server within the test's own process, on free ports, for what no process of its own is needed for. */
final class LocalServer implements AutoCloseable {
    private final EvidentServer server;

    private LocalServer(EvidentServer server) {
        this.server = server;
    }

    /**
     * Starts a server with room for little.
     *
     * @param file a configuration file, or {@code null}
     * @param settings {@code key=value}
     */
    static LocalServer start(Path data, Path file, String... settings) throws IOException {
        List<ConfigLoader.Flag> flags = new ArrayList<>();
        flag(flags, "data=" + data);
        flag(flags, "http.address=127.0.0.1:0");
        flag(flags, "tcp.address=127.0.0.1:0");
        flag(flags, "duplicates.windowIds=50000");
        flag(flags, "lanes.overflowBytes=16777216");
        flag(flags, "lanes.standardEvents=8192");
        // A busy machine stalls writers: only tests of the emergency path want it to be taken for that.
        flag(flags, "emergency.stallMs=20000");
        if (Arrays.stream(settings).noneMatch(setting -> setting.startsWith("ledger."))) {
            // Else a stop writes an event of the server's own, beside those that the tests count.
            flag(flags, "ledger.intervalSeconds=0");
        }
        for (String setting : settings) {
            flag(flags, setting);
        }
        try {
            return new LocalServer(EvidentServer.start(ConfigLoader.load(file, Map.of(), flags)));
        } catch (ConfigException e) {
            throw new AssertionError("the test's configuration is refused", e);
        }
    }

    static LocalServer start(Path data) throws IOException {
        return start(data, null);
    }

    private static void flag(List<ConfigLoader.Flag> flags, String setting) {
        String[] parts = setting.split("=", 2);
        flags.add(new ConfigLoader.Flag("the test", parts[0], parts[1]));
    }

    URI httpUri() {
        return URI.create("http://127.0.0.1:" + server.httpAddress().getPort());
    }

    HttpCaller http() {
        return new HttpCaller(httpUri(), () -> "the server is in this process");
    }

    int httpPort() {
        return server.httpAddress().getPort();
    }

    int tcpPort() {
        return server.tcpAddress().getPort();
    }

    @Override
    public void close() {
        server.close();
    }
}
