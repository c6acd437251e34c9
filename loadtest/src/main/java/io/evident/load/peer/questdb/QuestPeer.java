package io.evident.load.peer.questdb;

import io.evident.load.peer.start.Peer;
import io.evident.load.peer.start.PeerJars;
import io.evident.load.peer.start.PeerProcess;
import io.evident.load.peer.start.Probe;
import io.evident.load.peer.start.RunningPeer;
import io.evident.load.target.Durability;
import io.evident.load.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** QuestDB as one process. Stateless. */
public final class QuestPeer implements Peer {
    private static final String VERSION = "9.3.4";
    private static final long START_SECONDS = 60;
    private static final Map<String, String> SETTINGS = Map.of(
            "QDB_HTTP_MIN_ENABLED", "false",
            "QDB_PG_ENABLED", "false",
            "QDB_LINE_TCP_ENABLED", "false",
            "QDB_TELEMETRY_ENABLED", "false",
            "QDB_SHARED_WORKER_COUNT", "2");

    private final PeerJars jars;

    public QuestPeer(PeerJars jars) {
        this.jars = jars;
    }

    @Override
    public String name() {
        return "questdb";
    }

    @Override
    public Set<Durability> offers() {
        return Set.of(Durability.PAGE_CACHE, Durability.FORCED);
    }

    @Override
    public String missing() {
        return null;
    }

    @Override
    public RunningPeer start(Path directory, Durability durability) throws IOException {
        Path lib = jars.of("org.questdb", "questdb", VERSION, "");
        int port = PeerProcess.freePort();
        Path data = Files.createDirectory(directory.resolve("data"));
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("QDB_HTTP_BIND_TO", "127.0.0.1:" + port);
        settings.put("QDB_CAIRO_COMMIT_MODE", durability == Durability.FORCED ? "sync" : "nosync");
        List<String> command = new ArrayList<>(List.of(PeerJars.java(), "-Xms1g", "-Xmx1g"));
        command.addAll(Probe.options(jars.project(), directory));
        command.addAll(List.of("-p", lib.toString(), "-m", "io.questdb/io.questdb.ServerMain", "-d", data.toString()));
        PeerProcess process = PeerProcess.start(directory, settings, command);
        QuestHttp http = new QuestHttp(port);
        try {
            process.await("QuestDB", START_SECONDS, http::create);
        } catch (IOException e) {
            process.close();
            throw e;
        }
        return new Running(process, http, durability);
    }

    private record Running(PeerProcess process, QuestHttp http, Durability durability) implements RunningPeer {
        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public String version() {
            return VERSION;
        }

        @Override
        public String tuning() {
            return "WAL table by hour, line protocol over HTTP, cairo.commit.mode="
                    + (durability == Durability.FORCED ? "sync" : "nosync") + "; -Xmx1g";
        }

        @Override
        public Target connect(int batch) {
            return new QuestTarget(http, durability);
        }

        @Override
        public void close() throws IOException {
            process.close();
        }
    }
}
