package io.evident.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.ingest.server.IngestServer;
import java.io.IOException;
import java.net.Socket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class IngestServerTest {
    private static IngestPorts ports() {
        ListedEvents events = new ListedEvents();
        return new IngestPorts(
                new ScriptedIntake(),
                events,
                events,
                new LoopbackOnly(),
                question -> new HealthProbe.Health(true, "{}"),
                null);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("evident-"))
                .filter(Thread::isAlive)
                .count();
    }

    @Test
    void leavesNoThreadBehind() {
        long before = threads();
        TestServer server = TestServer.start();
        assertThat(threads()).isGreaterThan(before);
        server.close();
        server.close();
        Awaitility.await().until(() -> threads() <= before);
    }

    @Test
    void namesTheAddressThatIsTaken() {
        try (TestServer first = TestServer.start()) {
            IngestConfig config =
                    IngestConfig.defaults().withAddresses(first.server.tcpAddress(), first.server.httpAddress());
            assertThatThrownBy(() -> IngestServer.start(config, ports()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen at")
                    .hasMessageContaining(
                            String.valueOf(first.server.tcpAddress().getPort()));
        }
    }

    @Test
    void acceptsNobodyAfterItsIntakeHasStopped() {
        try (TestServer server = TestServer.start()) {
            var address = server.server.httpAddress();
            server.server.stopIntake();
            assertThatThrownBy(() -> new Socket(address.getAddress(), address.getPort()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void refusesLimitsThatAreNone() {
        assertThatThrownBy(() -> new QueryLimits(0, 1, 1, 1, 1)).hasMessageContaining("threads");
        assertThatThrownBy(() -> new TcpLimits(1_000, 1, 1, 1, 1, 1, 1)).hasMessageContaining("maxFrameBytes");
        assertThatThrownBy(() -> new TcpLimits(1 << 20, 65_535, 1, 1, 1, 1, 1)).hasMessageContaining("maxBatchEvents");
    }
}
