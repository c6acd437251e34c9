package io.evident.ingest;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.ingest.server.IngestServer;
import io.evident.pipeline.admission.Principal;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.control.RetentionControl;
import io.evident.pipeline.control.ShardControl;
import io.evident.pipeline.latency.LatencyRecorder;
import io.evident.pipeline.latency.ReceiptLatencies;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.awaitility.Awaitility;

/** A front end on free ports before a scripted door, with limits that a test may tighten. */
public final class TestServer implements AutoCloseable {
    public final ScriptedIntake intake = new ScriptedIntake();
    private final Histogram[][] drained = histograms();
    private final ReceiptLatencies receipts = new ReceiptLatencies();
    public final ListedEvents stored = new ListedEvents();
    public final IngestServer server;
    public volatile boolean healthy = true;
    /** Refused credentials. */
    public static final String WRONG_TOKEN = "wrong";
    /** Credentials of one who reads only the tenants acme and acme-2. */
    public static final String ACME_TOKEN = "acme";

    private TestServer(UnaryOperator<IngestConfig> change, boolean metrics) {
        this(change, metrics, null, null);
    }

    private TestServer(
            UnaryOperator<IngestConfig> change, boolean metrics, ShardControl shards, RetentionControl retention) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        IngestConfig config = change.apply(IngestConfig.defaults()
                .withAddresses(new InetSocketAddress(loopback, 0), new InetSocketAddress(loopback, 0)));
        Authenticator loopbackOnly = new LoopbackOnly();
        Authenticator authenticator = (remote, credentials) -> switch (credentials) {
            case WRONG_TOKEN ->
                new Authenticator.Denied(Refusal.of(RefusalReason.UNAUTHENTICATED, "the token is wrong"));
            case ACME_TOKEN ->
                new Authenticator.Granted(
                        new Principal("acme", TenantScope.only(), TenantScope.only("acme", "acme-2"), false));
            default -> loopbackOnly.authenticate(remote, credentials);
        };
        HealthProbe health = question ->
                new HealthProbe.Health(healthy, "{\"question\":\"" + question + "\",\"up\":" + healthy + "}");
        MetricsPage page = metrics ? () -> "evident_up 1\n" : null;
        try {
            server = IngestServer.start(
                    config,
                    new IngestPorts(intake, receipts, stored, stored, authenticator, health, page, shards, retention));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Receipts of a tier and lane whose latency was recorded so far. */
    public synchronized long receipts(Tier tier, Lane lane) {
        receipts.drainTo(tier, lane, drained[tier.ordinal()][lane.ordinal()]);
        return drained[tier.ordinal()][lane.ordinal()].getTotalCount();
    }

    private static Histogram[][] histograms() {
        return Stream.generate(() -> Stream.generate(LatencyRecorder::newHistogram)
                        .limit(Lane.count())
                        .toArray(Histogram[]::new))
                .limit(Tier.values().length)
                .toArray(Histogram[][]::new);
    }

    public static TestServer start() {
        return new TestServer(config -> config, true);
    }

    public static TestServer withShards(ShardControl shards) {
        return new TestServer(config -> config, true, shards, null);
    }

    public static TestServer withRetention(RetentionControl retention) {
        return new TestServer(config -> config, true, null, retention);
    }

    public static TestServer withoutMetrics() {
        return new TestServer(config -> config, false);
    }

    public static TestServer with(UnaryOperator<IngestConfig> change) {
        return new TestServer(change, true);
    }

    public static TestServer withHttp(HttpLimits http) {
        return with(c -> new IngestConfig(
                c.httpAddress(), c.tcpAddress(), c.eventLoops(), c.maxConnections(), http, c.tcp(), c.queries()));
    }

    /** Limits that a test reaches soon. */
    public static HttpLimits httpLimits(int maxBodyBytes, long answerTimeoutMs) {
        return new HttpLimits(
                1_024, 4_096, maxBodyBytes, 1 << 20, 10_000, 4, 1_000, 1_000, 2_000, answerTimeoutMs, 5_000);
    }

    public static TestServer withTcp(TcpLimits tcp) {
        return with(c -> new IngestConfig(
                c.httpAddress(), c.tcpAddress(), c.eventLoops(), c.maxConnections(), c.http(), tcp, c.queries()));
    }

    public static TestServer withQueries(QueryLimits queries) {
        return with(c -> new IngestConfig(
                c.httpAddress(), c.tcpAddress(), c.eventLoops(), c.maxConnections(), c.http(), c.tcp(), queries));
    }

    public static TestServer withMaxConnections(int max) {
        return with(c ->
                new IngestConfig(c.httpAddress(), c.tcpAddress(), c.eventLoops(), max, c.http(), c.tcp(), c.queries()));
    }

    /** Waits until no connection is open. */
    public void awaitNoConnections() {
        Awaitility.await().until(() -> server.openConnections() == 0);
    }

    @Override
    public void close() {
        server.close();
    }
}
