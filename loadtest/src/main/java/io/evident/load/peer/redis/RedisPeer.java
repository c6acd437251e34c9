package io.evident.load.peer.redis;

import io.evident.load.peer.start.Peer;
import io.evident.load.peer.start.PeerProcess;
import io.evident.load.peer.start.Programs;
import io.evident.load.peer.start.RunningPeer;
import io.evident.load.target.Durability;
import io.evident.load.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One Redis with an append-only file and one stream. Stateless. */
public final class RedisPeer implements Peer {
    private static final String PROGRAM = "redis-server";
    private static final long START_SECONDS = 30;

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public Set<Durability> offers() {
        return Set.of(Durability.PAGE_CACHE, Durability.FORCED);
    }

    @Override
    public String missing() {
        return Programs.find(PROGRAM) == null ? "Redis is not installed: apt-get install redis-server" : null;
    }

    @Override
    public RunningPeer start(Path directory, Durability durability) throws IOException {
        int port = PeerProcess.freePort();
        Path program = Programs.find(PROGRAM);
        List<String> settings = List.of(
                "--appendonly yes",
                "--appendfsync " + (durability == Durability.FORCED ? "always" : "everysec"),
                "--auto-aof-rewrite-percentage 0",
                "--maxmemory 12gb",
                "--maxmemory-policy noeviction");
        List<String> command = new ArrayList<>(List.of(program.toString(), "--bind", "127.0.0.1"));
        command.addAll(List.of("--port", String.valueOf(port), "--dir", directory.toString(), "--save", ""));
        settings.forEach(setting -> command.addAll(List.of(setting.split(" "))));
        PeerProcess process = PeerProcess.start(directory, Map.of(), command);
        try {
            process.awaitPort(port, START_SECONDS);
        } catch (IOException e) {
            process.close();
            throw e;
        }
        String tuning = String.join(", ", settings).replace("--", "");
        return new Running(process, port, durability, Programs.version(program, "--version", "v="), tuning);
    }

    private record Running(PeerProcess process, int port, Durability durability, String version, String tuning)
            implements RunningPeer {
        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public Target connect(int batch) {
            return new RedisTarget(port, durability);
        }

        @Override
        public void close() throws IOException {
            process.close();
        }
    }
}
