package io.evident.load.peer.postgres;

import io.evident.load.peer.start.Peer;
import io.evident.load.peer.start.PeerProcess;
import io.evident.load.peer.start.RunningPeer;
import io.evident.load.target.Durability;
import io.evident.load.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** PostgreSQL with one table and two indexes, filled by COPY or by single INSERTs. Stateless. */
public final class PostgresPeer implements Peer {
    private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
    private static final String USER = "postgres";
    private static final long START_SECONDS = 60;
    private static final String ROOT = "root";

    private final PostgresWay way;

    public PostgresPeer(PostgresWay way) {
        this.way = way;
    }

    @Override
    public String name() {
        return way.peer();
    }

    @Override
    public Set<Durability> offers() {
        return Set.of(Durability.MEMORY, Durability.PAGE_CACHE, Durability.FORCED);
    }

    @Override
    public String missing() {
        return programs() == null ? "PostgreSQL is not installed: apt-get install postgresql" : null;
    }

    /** The directory of the newest version's programs, or {@code null}. */
    private static Path programs() {
        if (!Files.isDirectory(VERSIONS)) {
            return null;
        }
        try (Stream<Path> versions = Files.list(VERSIONS)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max((a, b) -> a.toString().compareTo(b.toString()))
                    .orElse(null);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot look into " + VERSIONS, e);
        }
    }

    @Override
    public RunningPeer start(Path directory, Durability durability) throws IOException {
        Path bin = programs();
        Path data = Files.createDirectory(directory.resolve("data"));
        letIn(directory, data);
        PeerProcess.run(
                directory,
                asUser(
                        bin.resolve("initdb").toString(),
                        "-D",
                        data.toString(),
                        "-U",
                        USER,
                        "-A",
                        "trust",
                        "-E",
                        "UTF8",
                        "--no-locale"));
        int port = PeerProcess.freePort();
        List<String> settings = settings(durability);
        List<String> command = new ArrayList<>(List.of(bin.resolve(USER).toString(), "-D", data.toString()));
        for (String setting : settings) {
            command.add("-c");
            command.add(setting);
        }
        command.addAll(List.of("-c", "listen_addresses=127.0.0.1", "-c", "port=" + port));
        command.addAll(List.of("-c", "unix_socket_directories="));
        PeerProcess process = PeerProcess.start(directory, Map.of(), asUser(command.toArray(String[]::new)));
        PostgresTable table = new PostgresTable("jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=" + USER);
        try {
            process.await("PostgreSQL", START_SECONDS, table::create);
        } catch (IOException e) {
            process.close();
            throw e;
        }
        return new Running(
                process, table, way, durability, bin.getParent().getFileName().toString(), String.join(", ", settings));
    }

    private static List<String> settings(Durability durability) {
        return List.of(
                "shared_buffers=2GB",
                "max_wal_size=16GB",
                "checkpoint_timeout=15min",
                "wal_compression=off",
                "wal_buffers=64MB",
                "max_connections=200",
                "fsync=" + (durability == Durability.FORCED ? "on" : "off"),
                // Off, a commit is answered before the log has left the process's memory.
                "synchronous_commit=" + (durability == Durability.MEMORY ? "off" : "on"));
    }

    /** It does not run as root. */
    private static List<String> asUser(String... command) {
        List<String> all = new ArrayList<>();
        if (ROOT.equals(System.getProperty("user.name"))) {
            all.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--init-groups"));
        }
        all.addAll(List.of(command));
        return all;
    }

    /** The user that it runs as has to get through. */
    private static void letIn(Path directory, Path data) throws IOException {
        if (ROOT.equals(System.getProperty("user.name"))) {
            Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(directory));
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
            Files.setPosixFilePermissions(directory, permissions);
            Files.setOwner(
                    data, data.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER));
        }
    }

    private record Running(
            PeerProcess process,
            PostgresTable table,
            PostgresWay way,
            Durability durability,
            String version,
            String tuning)
            implements RunningPeer {
        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public Target connect(int batch) {
            return new PostgresTarget(table, way, durability);
        }

        @Override
        public void close() throws IOException {
            process.close();
        }
    }
}
