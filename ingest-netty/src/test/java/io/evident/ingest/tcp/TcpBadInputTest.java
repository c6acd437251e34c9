package io.evident.ingest.tcp;

import static io.evident.ingest.TestEvents.binary;
import static io.evident.ingest.TestEvents.event;
import static io.evident.ingest.tcp.TcpClient.batch;
import static io.evident.ingest.tcp.TcpClient.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.event.wire.Farewell;
import io.evident.event.wire.Hello;
import io.evident.ingest.TcpLimits;
import io.evident.ingest.TestServer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TcpBadInputTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.withTcp(new TcpLimits(128 * 1024, 10, 100, 1_000, 1_000, 2_000, 5_000));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static byte[] length(int announced) {
        return ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(announced)
                .array();
    }

    /** A sound batch with one 16-bit number of its header changed. */
    private static byte[] withHeader(int offset, int value) {
        byte[] frame = batch(1, Tier.SYNCED, event(0));
        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putShort(offset, (short) value);
        return frame;
    }

    private static byte[] withTier(int code) {
        byte[] frame = batch(1, Tier.SYNCED, event(0));
        frame[20] = (byte) code;
        return frame;
    }

    private static byte[] withEventLength(int length) {
        byte[] frame = batch(1, Tier.SYNCED, event(0));
        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putInt(25, length);
        return frame;
    }

    static Stream<Arguments> badFrames() {
        return Stream.of(
                argumentSet("length 0", length(0), RefusalReason.MALFORMED, "announces 4"),
                argumentSet("length too small", length(7), RefusalReason.MALFORMED, "announces 11"),
                argumentSet("length too large", length(128 * 1024), RefusalReason.BODY_TOO_LARGE, "131076"),
                argumentSet("length negative", length(-1), RefusalReason.BODY_TOO_LARGE, "4294967299"),
                argumentSet("schema", withHeader(8, 1), RefusalReason.UNSUPPORTED_PROTOCOL, "schema 1"),
                argumentSet("version", withHeader(10, 0), RefusalReason.UNSUPPORTED_PROTOCOL, "version 0"),
                argumentSet("type unknown", withHeader(6, 99), RefusalReason.UNSUPPORTED_PROTOCOL, "template 99"),
                argumentSet("type of a server", withHeader(6, 5), RefusalReason.UNSUPPORTED_PROTOCOL, "template 5"),
                argumentSet("block too long", withHeader(4, 60_000), RefusalReason.MALFORMED, "block"),
                argumentSet("tier", withTier(9), RefusalReason.INVALID_VALUE, "tier"),
                argumentSet("event too long", withEventLength(1 << 20), RefusalReason.MALFORMED, "events[0]"),
                argumentSet("event length negative", withEventLength(-5), RefusalReason.MALFORMED, "events[0]"),
                argumentSet("no event", TcpClient.rawBatch(1, Tier.SYNCED), RefusalReason.MALFORMED, "has 0"),
                argumentSet(
                        "too many events",
                        TcpClient.rawBatch(1, Tier.SYNCED, new byte[11][1]),
                        RefusalReason.BODY_TOO_LARGE,
                        "has 11"),
                argumentSet("second hello", hello(), RefusalReason.UNSUPPORTED_PROTOCOL, "second hello"));
    }

    @ParameterizedTest
    @MethodSource("badFrames")
    void contract9_saysFarewellAfterABadFrameAndHarmsNobodyElse(byte[] frame, RefusalReason reason, String named)
            throws Exception {
        int before = server.intake.offers.size();
        try (TcpClient other = TcpClient.welcomed(server);
                TcpClient client = TcpClient.welcomed(server)) {
            client.send(frame);
            Refusal farewell = client.farewell();
            assertThat(farewell.reason()).isEqualTo(reason);
            assertThat(farewell.detail()).contains(named);
            assertThat(server.intake.offers).hasSize(before);
            other.send(batch(9, Tier.SYNCED, event(1)));
            assertThat(other.answers(1).get(0).receipt()).isNotNull();
        }
    }

    @Test
    void answersTheGoodFrameBeforeTheBadOne() throws Exception {
        try (TcpClient client = TcpClient.welcomed(server)) {
            byte[] good = batch(1, Tier.SYNCED, event(0));
            byte[] both = ByteBuffer.allocate(good.length + 64)
                    .put(good)
                    .put(length(0))
                    .array();
            client.send(both);
            assertThat(client.answers(1).get(0).receipt()).isNotNull();
            assertThat(client.farewell().reason()).isEqualTo(RefusalReason.MALFORMED);
        }
    }

    @Test
    void refusesABatchBeforeTheHello() throws Exception {
        try (TcpClient client = new TcpClient(server)) {
            client.send(batch(1, Tier.SYNCED, event(0)));
            Refusal farewell = client.farewell();
            assertThat(farewell.reason()).isEqualTo(RefusalReason.UNSUPPORTED_PROTOCOL);
            assertThat(farewell.detail()).contains("Hello");
        }
    }

    @Test
    void refusesWhatIsNotItsProtocol() throws Exception {
        try (TcpClient client = new TcpClient(server)) {
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(client.farewell().reason()).isEqualTo(RefusalReason.BODY_TOO_LARGE);
        }
    }

    @Test
    void refusesAWrongToken() throws Exception {
        try (TcpClient client = new TcpClient(server)) {
            client.send(new Hello(1, TestServer.WRONG_TOKEN, "test").encode());
            assertThat(client.farewell().reason()).isEqualTo(RefusalReason.UNAUTHENTICATED);
        }
    }

    @Test
    void doesNotWaitForAHelloForever() throws Exception {
        try (TcpClient client = new TcpClient(server)) {
            assertThat(client.farewell().reason()).isEqualTo(RefusalReason.TIMEOUT);
        }
    }

    @Test
    void doesNotWaitForTheRestOfAFrameForever() throws Exception {
        try (TcpClient client = TcpClient.welcomed(server)) {
            client.send(java.util.Arrays.copyOf(batch(1, Tier.SYNCED, event(0)), 40));
            Refusal farewell = client.farewell();
            assertThat(farewell.reason()).isEqualTo(RefusalReason.TIMEOUT);
            assertThat(farewell.detail()).contains("rest of a frame");
        }
    }

    @Test
    void closesAnIdleConnection() throws Exception {
        try (TcpClient client = TcpClient.welcomed(server)) {
            assertThat(client.farewell().reason()).isEqualTo(RefusalReason.TIMEOUT);
        }
    }

    @Test
    void answersEverythingBeforeItReturnsAFarewell() throws Exception {
        try (TcpClient client = TcpClient.welcomed(server)) {
            client.send(batch(1, Tier.SYNCED, event(0)));
            client.send(new Farewell(Refusal.of(RefusalReason.UNAVAILABLE, "done")).encode());
            assertThat(client.answers(1).get(0).receipt()).isNotNull();
            assertThat(client.farewell().reason()).isEqualTo(RefusalReason.UNAVAILABLE);
        }
    }

    @Test
    void contract7_refusesTheConnectionBeyondTheLimit() throws Exception {
        try (TestServer small = TestServer.withMaxConnections(1);
                TcpClient first = TcpClient.welcomed(small);
                TcpClient second = new TcpClient(small)) {
            assertThat(second.farewell().reason()).isEqualTo(RefusalReason.BUSY);
            first.send(batch(1, Tier.SYNCED, event(0)));
            assertThat(first.answers(1).get(0).receipt()).isNotNull();
            first.socket.close();
            small.awaitNoConnections();
            TcpClient.welcomed(small).close();
        }
    }

    @Test
    void takesAnEventOfTheLargestSize() throws Exception {
        String attributes = "{\"x\":\"" + "y".repeat(64 * 1024 - 8) + "\"}";
        var large =
                io.evident.ingest.TestEvents.builder(3).attributes(attributes).build();
        try (TcpClient client = TcpClient.welcomed(server)) {
            client.send(TcpClient.rawBatch(1, Tier.SYNCED, binary(large)));
            assertThat(client.answers(1).get(0).receipt()).isNotNull();
            assertThat(server.intake.offers.get(server.intake.offers.size() - 1).event)
                    .isEqualTo(large);
        }
    }
}
