package io.evident.server.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.server.system.FrameClient.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad frames over TCP, from the bytes on the wire to what a query finds afterwards. */
class BadFrameIT {
    private static final int TEMPLATE_AT = 6;
    private static final int SCHEMA_AT = 8;
    private static final int VERSION_AT = 10;
    private static final int HELLO_VERSION_AT = 12;

    private static final Random RANDOM = new Random(4);

    @TempDir
    private static Path data;

    private static LocalServer server;

    @BeforeAll
    static void start() throws IOException {
        server = LocalServer.start(data);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static byte[] event() {
        return FrameClient.binary(Load.event(RANDOM, "acme", RANDOM.nextInt(1_000_000)));
    }

    private static byte[] batch() {
        return FrameClient.batch(Tier.SYNCED, event(), event());
    }

    private static byte[] withShort(byte[] frame, int at, int value) {
        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putShort(at, (short) value);
        return frame;
    }

    private static byte[] withLength(byte[] frame, int length) {
        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putInt(0, length);
        return frame;
    }

    static Stream<Arguments> badFrames() {
        return Stream.of(
                argumentSet("length 0", withLength(batch(), 0), RefusalReason.MALFORMED),
                argumentSet("a length within the header", withLength(batch(), 7), RefusalReason.MALFORMED),
                argumentSet(
                        "a length that cuts an event",
                        withLength(batch(), batch().length / 2),
                        RefusalReason.MALFORMED),
                argumentSet("a length over the limit", withLength(batch(), 1 << 24), RefusalReason.BODY_TOO_LARGE),
                argumentSet("a negative length", withLength(batch(), -1), RefusalReason.BODY_TOO_LARGE),
                argumentSet("another schema", withShort(batch(), SCHEMA_AT, 999), RefusalReason.UNSUPPORTED_PROTOCOL),
                argumentSet("version 0", withShort(batch(), VERSION_AT, 0), RefusalReason.UNSUPPORTED_PROTOCOL),
                argumentSet("an unknown type", withShort(batch(), TEMPLATE_AT, 99), RefusalReason.UNSUPPORTED_PROTOCOL),
                argumentSet("a server's type", withShort(batch(), TEMPLATE_AT, 5), RefusalReason.UNSUPPORTED_PROTOCOL),
                argumentSet("a second hello", FrameClient.hello(), RefusalReason.UNSUPPORTED_PROTOCOL));
    }

    @ParameterizedTest
    @MethodSource("badFrames")
    void contract9_saysFarewellWithTheReasonAndHarmsNobodyElse(byte[] frame, RefusalReason reason) throws Exception {
        int before = stored();
        try (FrameClient other = FrameClient.welcomed(server.tcpPort());
                FrameClient client = FrameClient.welcomed(server.tcpPort())) {
            assertThat(client.exchange(Tier.SYNCED, event()).get(0).receipt()).isNotNull();
            client.send(frame);
            Refusal refusal = client.farewell();
            assertThat(refusal.reason()).isEqualTo(reason);
            assertThat(refusal.detail()).isNotEmpty();
            assertThat(stored()).isEqualTo(before + 1);
            assertThat(other.exchange(Tier.SYNCED, event()).get(0).receipt()).isNotNull();
        }
    }

    @Test
    void contract9_refusesAHelloThatIsNone() throws Exception {
        for (byte[] first : List.of(
                batch(), withShort(FrameClient.hello(), HELLO_VERSION_AT, 0), withLength(FrameClient.hello(), 3))) {
            try (FrameClient client = FrameClient.silent(server.tcpPort())) {
                client.send(first);
                assertThat(client.farewell().reason())
                        .isIn(RefusalReason.UNSUPPORTED_PROTOCOL, RefusalReason.MALFORMED);
            }
        }
    }

    @Test
    void contract9_storesTheGoodEventsOfABatchAndGoesOn() throws Exception {
        int before = stored();
        byte[] cut = java.util.Arrays.copyOf(event(), 40);
        byte[] system = FrameClient.binary(Load.event(RANDOM, "_system", 1));
        byte[] noise = new byte[200];
        RANDOM.nextBytes(noise);
        try (FrameClient client = FrameClient.welcomed(server.tcpPort())) {
            List<Answer> answers = client.exchange(Tier.SYNCED, event(), cut, event(), system, noise, event());
            assertThat(answers.stream().map(answer -> answer.receipt() != null))
                    .containsExactly(true, false, true, false, false, true);
            assertThat(answers.get(1).refusal().reason()).isEqualTo(RefusalReason.MALFORMED);
            assertThat(answers.get(3).refusal().reason()).isEqualTo(RefusalReason.FORBIDDEN);
            assertThat(answers.get(3).refusal().field()).isEqualTo("tenant");
            assertThat(stored()).isEqualTo(before + 3);
            Receipt next = client.exchange(Tier.JOURNALED, event()).get(0).receipt();
            assertThat(next).isNotNull();
        }
    }

    private static int stored() throws IOException, InterruptedException {
        return server.http().all("").size();
    }
}
