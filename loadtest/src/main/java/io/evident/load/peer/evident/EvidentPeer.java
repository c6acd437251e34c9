package io.evident.load.peer.evident;

import io.evident.event.Tier;
import io.evident.load.peer.start.Peer;
import io.evident.load.peer.start.PeerProcess;
import io.evident.load.peer.start.Probe;
import io.evident.load.peer.start.RunningPeer;
import io.evident.load.target.Durability;
import io.evident.load.target.StoredCount;
import io.evident.load.target.Target;
import io.evident.load.tcp.TcpTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code ./evident serve} with its shipped settings. Stateless. */
public final class EvidentPeer implements Peer {
    private static final Pattern ADDRESSES =
            Pattern.compile("evident ready http=127\\.0\\.0\\.1:(\\d+) tcp=127\\.0\\.0\\.1:(\\d+)");
    private static final long START_SECONDS = 120;
    static final int CONNECTIONS = 4;
    static final int WINDOW = UNANSWERED_EVENTS / CONNECTIONS;

    private final Path project;
    private final String tenantPrefix;

    /**
     * @param project the directory of the checkout, with {@code evident} in it
     * @param tenantPrefix what the names of the tenants of all events begin with
     */
    public EvidentPeer(Path project, String tenantPrefix) {
        this.project = project;
        this.tenantPrefix = tenantPrefix;
    }

    @Override
    public String name() {
        return "evident";
    }

    @Override
    public Set<Durability> offers() {
        return Set.of(Durability.MEMORY, Durability.PAGE_CACHE, Durability.FORCED);
    }

    @Override
    public String missing() {
        return null;
    }

    @Override
    public RunningPeer start(Path directory, Durability durability) throws IOException {
        PeerProcess process = PeerProcess.start(
                directory,
                Map.of("EVIDENT_JAVA_OPTS", String.join(" ", Probe.options(project, directory))),
                List.of(
                        project.resolve("evident").toString(),
                        "serve",
                        "--http",
                        "127.0.0.1:0",
                        "--tcp",
                        "127.0.0.1:0",
                        "--data",
                        directory.resolve("data").toString()));
        Matcher[] found = new Matcher[1];
        try {
            process.await("Evident", START_SECONDS, () -> found[0] = find(process.said()));
        } catch (IOException e) {
            process.close();
            throw e;
        }
        return new Running(
                process,
                URI.create("http://127.0.0.1:" + found[0].group(1)),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(found[0].group(2))),
                durability,
                tenantPrefix);
    }

    private static Matcher find(String said) throws IOException {
        Matcher addresses = ADDRESSES.matcher(said);
        if (!addresses.find()) {
            throw new IOException("it has not said where it listens");
        }
        return addresses;
    }

    /** Keeps as many events unanswered as all windows hold, whatever the batch. */
    public static Target target(InetSocketAddress tcp, Tier tier, int batch, StoredCount stored) {
        return new TcpTarget(tcp, tier, CONNECTIONS, 1, batch, WINDOW, stored);
    }

    private record Running(
            PeerProcess process, URI http, InetSocketAddress tcp, Durability durability, String tenantPrefix)
            implements RunningPeer {
        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public String version() {
            return "this commit";
        }

        @Override
        public String tuning() {
            return "as shipped; " + CONNECTIONS + " TCP connections, tier " + tier().text();
        }

        private Tier tier() {
            return switch (durability) {
                case NONE, MEMORY -> Tier.ACCEPTED;
                case PAGE_CACHE -> Tier.JOURNALED;
                case FORCED -> Tier.SYNCED;
            };
        }

        @Override
        public Target connect(int batch) {
            return target(tcp, tier(), batch, new StoredCount(http, tenantPrefix));
        }

        @Override
        public void close() throws IOException {
            process.close();
        }
    }
}
