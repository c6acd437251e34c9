package io.evident.load.peer.nats;

import io.evident.load.peer.start.Peer;
import io.evident.load.peer.start.PeerProcess;
import io.evident.load.peer.start.Programs;
import io.evident.load.peer.start.RunningPeer;
import io.evident.load.target.Durability;
import io.evident.load.target.Target;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One NATS server with a stream in files. It forces them every two minutes, and 2.9 cannot be told otherwise. Stateless. */
public final class NatsPeer implements Peer {
    private static final String PROGRAM = "nats-server";
    private static final long START_SECONDS = 30;

    @Override
    public String name() {
        return "nats";
    }

    @Override
    public Set<Durability> offers() {
        return Set.of(Durability.PAGE_CACHE);
    }

    @Override
    public String missing() {
        return Programs.find(PROGRAM) == null ? "NATS is not installed: apt-get install nats-server" : null;
    }

    @Override
    public RunningPeer start(Path directory, Durability durability) throws IOException {
        int port = PeerProcess.freePort();
        Path program = Programs.find(PROGRAM);
        PeerProcess process = PeerProcess.start(
                directory,
                Map.of(),
                List.of(
                        program.toString(),
                        "-a",
                        "127.0.0.1",
                        "-p",
                        String.valueOf(port),
                        "-js",
                        "-sd",
                        directory.resolve("data").toString()));
        String url = "nats://127.0.0.1:" + port;
        try {
            process.awaitPort(port, START_SECONDS);
            process.await("JetStream", START_SECONDS, () -> create(url));
        } catch (IOException e) {
            process.close();
            throw e;
        }
        return new Running(process, url, Programs.version(program, "--version", ": v"));
    }

    private static void create(String url) throws IOException {
        try (NatsClient client = NatsClient.to(url)) {
            client.connection()
                    .jetStreamManagement()
                    .addStream(StreamConfiguration.builder()
                            .name(NatsTarget.STREAM)
                            .subjects(NatsTarget.SUBJECT)
                            .storageType(StorageType.File)
                            .build());
        } catch (JetStreamApiException e) {
            throw new IOException("no stream: " + e.getMessage(), e);
        }
    }

    private record Running(PeerProcess process, String url, String version) implements RunningPeer {
        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public String tuning() {
            return "one stream in files, 1 replica; forced every two minutes, which 2.9 cannot change";
        }

        @Override
        public Target connect(int batch) {
            return new NatsTarget(url);
        }

        @Override
        public void close() throws IOException {
            process.close();
        }
    }
}
