package io.evident.load.peer.kafka;

import io.evident.load.peer.start.Peer;
import io.evident.load.peer.start.PeerJars;
import io.evident.load.peer.start.PeerProcess;
import io.evident.load.peer.start.Probe;
import io.evident.load.peer.start.RunningPeer;
import io.evident.load.target.Durability;
import io.evident.load.target.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One Kafka broker that is its own controller (KRaft), without replication. Stateless. */
public final class KafkaPeer implements Peer {
    static final String VERSION = "4.4.0";
    /** The one thing that is not in the Maven repository; nothing of the broker itself needs it. */
    private static final String NOT_THERE =
            "<exclusion><groupId>org.apache.kafka</groupId><artifactId>kafka-tools-api</artifactId></exclusion>";

    private static final String CLUSTER_ID = "RXZpZGVudEJlbmNobWFyaw";
    private static final String SETTINGS = """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:%2$d
            listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
            advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
            controller.listener.names=CONTROLLER
            log.dirs=%3$s
            num.network.threads=2
            num.io.threads=4
            socket.send.buffer.bytes=1048576
            socket.receive.buffer.bytes=1048576
            log.segment.bytes=1073741824
            auto.create.topics.enable=false
            offsets.topic.replication.factor=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            group.initial.rebalance.delay.ms=0
            """;
    private static final long START_SECONDS = 60;

    private final PeerJars jars;

    private final KafkaTuning tuning;

    public KafkaPeer(PeerJars jars, KafkaTuning tuning) {
        this.jars = jars;
        this.tuning = tuning;
    }

    @Override
    public String name() {
        return tuning.peer();
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
        Path lib = jars.of("org.apache.kafka", "kafka_2.13", VERSION, NOT_THERE);
        int port = PeerProcess.freePort();
        Path settings = directory.resolve("server.properties");
        Files.writeString(
                settings,
                SETTINGS.formatted(port, PeerProcess.freePort(), directory.resolve("data")),
                StandardCharsets.UTF_8);
        PeerProcess.run(
                directory,
                command(lib, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", settings.toString()));
        PeerProcess process = PeerProcess.start(directory, Map.of(), probed(directory, lib, settings));
        KafkaTopic topic = new KafkaTopic("127.0.0.1:" + port, durability, tuning);
        try {
            process.awaitPort(port, START_SECONDS);
            process.await("Kafka", START_SECONDS, topic::create);
        } catch (IOException e) {
            process.close();
            throw e;
        }
        return new Running(process, topic);
    }

    private List<String> probed(Path directory, Path lib, Path settings) {
        List<String> command = command(lib, "kafka.Kafka", settings.toString());
        command.addAll(1, Probe.options(jars.project(), directory));
        return command;
    }

    private static List<String> command(Path lib, String main, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(PeerJars.java(), "-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-cp", lib + "/*", main));
        command.addAll(List.of(arguments));
        return command;
    }

    private record Running(PeerProcess process, KafkaTopic topic) implements RunningPeer {
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
            return topic.settings() + "; broker -Xmx1g";
        }

        @Override
        public Target connect(int batch) {
            return new KafkaTarget(topic);
        }

        @Override
        public void close() throws IOException {
            process.close();
        }
    }
}
