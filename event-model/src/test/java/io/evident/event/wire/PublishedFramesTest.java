package io.evident.event.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every frame: the generated codec writes the bytes that ours writes, and each reads what the other wrote. */
class PublishedFramesTest {
    private static final int FRAMES_PER_SEED = 40;
    private static final int MAX_FRAME_BYTES = FrameLayout.DEFAULT_MAX_FRAME_BYTES;

    private static final GeneratedSbe SBE = GeneratedSbe.instance();

    /** Completes what the generated encoder wrote behind the length. */
    private static byte[] framed(byte[] buffer, GeneratedSbe.Codec encoder) throws ReflectiveOperationException {
        int length = FrameLayout.HEADER_BYTES + (int) encoder.number("encodedLength");
        FrameLayout.putLength(buffer, 0, length);
        return Arrays.copyOf(buffer, length);
    }

    private static GeneratedSbe.Codec encoder(String message, byte[] buffer) throws ReflectiveOperationException {
        return SBE.encoder(message, buffer, FrameLayout.LENGTH_BYTES);
    }

    private static GeneratedSbe.Codec decoder(String message, byte[] frame) throws ReflectiveOperationException {
        return SBE.decoder(message, frame, FrameLayout.LENGTH_BYTES);
    }

    private static FrameView view(byte[] frame) {
        FrameView view = new FrameView();
        assertThat(view.wrap(frame, 0, frame.length)).isNull();
        return view;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12})
    void eventBatchIsTheSameEachWay(long seed) throws Exception {
        RandomEvents random = new RandomEvents(seed);
        for (int round = 0; round < FRAMES_PER_SEED; round++) {
            long correlationId = random.random().nextLong();
            Tier tier = random.pick(Tier.values());
            List<byte[]> events = new ArrayList<>();
            for (int i = random.random().nextInt(20); i >= 0; i--) {
                events.add(RandomEvents.bytes(random.event()));
            }
            byte[] ours = ourEventBatch(correlationId, tier, events);
            assertThat(generatedEventBatch(correlationId, tier, events)).containsExactly(ours);

            EventBatchView batch = new EventBatchView(events.size());
            assertThat(batch.wrap(view(ours))).isNull();
            GeneratedSbe.Codec decoder = decoder("EventBatch", ours);
            assertThat(decoder.number("correlationId")).isEqualTo(correlationId).isEqualTo(batch.correlationId());
            assertThat(decoder.text("tier"))
                    .isEqualTo(tier.name())
                    .isEqualTo(batch.tier().name());
            GeneratedSbe.Codec entries = decoder.part("events");
            for (byte[] event : events) {
                assertThat(batch.next()).isTrue();
                byte[] read = new byte[(int) entries.part("next").number("auditEventLength")];
                entries.call("getAuditEvent", read, 0, read.length);
                assertThat(read).containsExactly(event);
                assertThat(Arrays.copyOfRange(
                                batch.bytes(), batch.eventOffset(), batch.eventOffset() + batch.eventLength()))
                        .containsExactly(event);
            }
            assertThat(batch.next()).isFalse();
        }
    }

    private static byte[] ourEventBatch(long correlationId, Tier tier, List<byte[]> events) {
        byte[] buffer = new byte[MAX_FRAME_BYTES];
        EventBatchEncoder encoder =
                new EventBatchEncoder().begin(buffer, 0, buffer.length, events.size(), correlationId, tier);
        for (byte[] event : events) {
            assertThat(encoder.add(event, 0, event.length)).isTrue();
        }
        return Arrays.copyOf(buffer, encoder.finish());
    }

    private static byte[] generatedEventBatch(long correlationId, Tier tier, List<byte[]> events) throws Exception {
        byte[] buffer = new byte[MAX_FRAME_BYTES];
        GeneratedSbe.Codec encoder = encoder("EventBatch", buffer);
        encoder.call("correlationId", correlationId);
        encoder.call("tier", SBE.constant("Tier", tier == null ? "NULL_VAL" : tier.name()));
        GeneratedSbe.Codec entries = encoder.part("eventsCount", events.size());
        for (byte[] event : events) {
            entries.part("next").call("putAuditEvent", event, 0, event.length);
        }
        return framed(buffer, encoder);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22})
    void receiptBatchIsTheSameEachWay(long seed) throws Exception {
        RandomEvents random = new RandomEvents(seed);
        for (int round = 0; round < FRAMES_PER_SEED; round++) {
            long correlationId = random.random().nextLong();
            List<Receipt> receipts = new ArrayList<>();
            for (int i = random.random().nextInt(30); i >= 0; i--) {
                receipts.add(random.receipt());
            }
            byte[] ours = Frames.receipts(correlationId, receipts);
            assertThat(generatedReceiptBatch(correlationId, receipts)).containsExactly(ours);

            ReceiptBatchView batch = new ReceiptBatchView();
            assertThat(batch.wrap(view(ours))).isNull();
            GeneratedSbe.Codec decoder = decoder("ReceiptBatch", ours);
            assertThat(decoder.number("correlationId")).isEqualTo(correlationId).isEqualTo(batch.correlationId());
            GeneratedSbe.Codec entries = decoder.part("receipts");
            for (Receipt receipt : receipts) {
                assertThat(batch.next()).isTrue();
                assertThat(batch.receipt()).isEqualTo(receipt);
                entries.call("next");
                assertThat(entries.number("index")).isEqualTo(batch.index());
                assertThat(entries.text("tier")).isEqualTo(receipt.tier().name());
                assertThat(entries.text("lane")).isEqualTo(receipt.lane().name());
                assertThat(entries.part("flags").call("duplicate")).isEqualTo(receipt.duplicate());
                assertThat(entries.number("shard")).isEqualTo(receipt.shard());
                assertThat(entries.number("incarnation")).isEqualTo(receipt.incarnation());
                assertThat(entries.number("sequence")).isEqualTo(receipt.sequence());
                assertThat(new UUID(entries.number("idHigh"), entries.number("idLow")))
                        .isEqualTo(receipt.id());
            }
            assertThat(batch.next()).isFalse();
        }
    }

    private static byte[] generatedReceiptBatch(long correlationId, List<Receipt> receipts) throws Exception {
        byte[] buffer = new byte[MAX_FRAME_BYTES];
        GeneratedSbe.Codec encoder = encoder("ReceiptBatch", buffer);
        encoder.call("correlationId", correlationId);
        GeneratedSbe.Codec entries = encoder.part("receiptsCount", receipts.size());
        int index = 0;
        for (Receipt receipt : receipts) {
            entries.call("next");
            entries.call("index", index++);
            entries.call("tier", SBE.constant("Tier", receipt.tier().name()));
            entries.call("lane", SBE.constant("Lane", receipt.lane().name()));
            entries.part("flags").part("clear").call("duplicate", receipt.duplicate());
            entries.call("shard", receipt.shard());
            entries.call("incarnation", receipt.incarnation());
            entries.call("sequence", receipt.sequence());
            entries.call("idHigh", receipt.id().getMostSignificantBits());
            entries.call("idLow", receipt.id().getLeastSignificantBits());
        }
        return framed(buffer, encoder);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {31, 32})
    void refusalBatchIsTheSameEachWay(long seed) throws Exception {
        RandomEvents random = new RandomEvents(seed);
        for (int round = 0; round < FRAMES_PER_SEED; round++) {
            long correlationId = random.random().nextLong();
            UUID id = random.id();
            List<Refusal> refusals = new ArrayList<>();
            for (int i = random.random().nextInt(30); i >= 0; i--) {
                refusals.add(random.refusal());
            }
            byte[] ours = Frames.refusals(correlationId, id, refusals);
            assertThat(generatedRefusalBatch(correlationId, id, refusals)).containsExactly(ours);

            RefusalBatchView batch = new RefusalBatchView();
            assertThat(batch.wrap(view(ours))).isNull();
            GeneratedSbe.Codec decoder = decoder("RefusalBatch", ours);
            assertThat(decoder.number("correlationId")).isEqualTo(correlationId).isEqualTo(batch.correlationId());
            GeneratedSbe.Codec entries = decoder.part("refusals");
            for (Refusal refusal : refusals) {
                assertThat(batch.next()).isTrue();
                assertThat(batch.refusal()).isEqualTo(refusal);
                assertThat(batch.id()).isEqualTo(id);
                entries.call("next");
                assertThat(entries.number("index")).isEqualTo(batch.index());
                assertThat(entries.text("reason")).isEqualTo(refusal.reason().name());
                assertThat(entries.number("status")).isEqualTo(batch.status());
                assertThat(entries.number("retryAfterMs")).isEqualTo(batch.retryAfterMs());
                assertThat(new UUID(entries.number("idHigh"), entries.number("idLow")))
                        .isEqualTo(id);
                assertThat(entries.text("field")).isEqualTo(refusal.field() == null ? "" : refusal.field());
                assertThat(entries.text("detail")).isEqualTo(refusal.detail());
            }
            assertThat(batch.next()).isFalse();
        }
    }

    private static byte[] generatedRefusalBatch(long correlationId, UUID id, List<Refusal> refusals) throws Exception {
        byte[] buffer = new byte[MAX_FRAME_BYTES];
        GeneratedSbe.Codec encoder = encoder("RefusalBatch", buffer);
        encoder.call("correlationId", correlationId);
        GeneratedSbe.Codec entries = encoder.part("refusalsCount", refusals.size());
        int index = 0;
        for (Refusal refusal : refusals) {
            entries.call("next");
            entries.call("index", index);
            entries.call(
                    "reason", SBE.constant("RefusalReason", refusal.reason().name()));
            entries.call("status", refusal.reason().status());
            entries.call("retryAfterMs", Frames.retryAfterMs(index++));
            entries.call("idHigh", id.getMostSignificantBits());
            entries.call("idLow", id.getLeastSignificantBits());
            entries.call("field", refusal.field() == null ? "" : refusal.field());
            entries.call("detail", refusal.detail());
        }
        return framed(buffer, encoder);
    }

    @Test
    void generatedCodecRefusesToReadOutOfOrder() throws Exception {
        GeneratedSbe.Codec decoder = decoder("Hello", new Hello(1, "token", "name").encode());
        assertThatThrownBy(() -> decoder.text("clientName")).hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void helloIsTheSameEachWay() throws Exception {
        byte[] ours = new Hello(7, "s\u00e9cret", "till-\u20ac").encode();
        byte[] buffer = new byte[ours.length];
        GeneratedSbe.Codec encoder = encoder("Hello", buffer);
        encoder.call("protocolVersion", 7);
        encoder.call("reserved", 0);
        encoder.call("token", "s\u00e9cret");
        encoder.call("clientName", "till-\u20ac");
        assertThat(framed(buffer, encoder)).containsExactly(ours);

        assertThat(Hello.check(view(ours))).isNull();
        assertThat(Hello.of(view(ours))).isEqualTo(new Hello(7, "s\u00e9cret", "till-\u20ac"));
        GeneratedSbe.Codec decoder = decoder("Hello", ours);
        assertThat(decoder.number("protocolVersion")).isEqualTo(7);
        assertThat(decoder.number("reserved")).isZero();
        assertThat(decoder.text("token")).isEqualTo("s\u00e9cret");
        assertThat(decoder.text("clientName")).isEqualTo("till-\u20ac");
    }

    @Test
    void welcomeIsTheSameEachWay() throws Exception {
        Welcome welcome = new Welcome(1, Integer.MAX_VALUE, 65_534, Integer.MAX_VALUE, "evident-3");
        byte[] ours = welcome.encode();
        byte[] buffer = new byte[ours.length];
        GeneratedSbe.Codec encoder = encoder("Welcome", buffer);
        encoder.call("protocolVersion", 1);
        encoder.call("maxFrameBytes", Integer.MAX_VALUE);
        encoder.call("maxBatchEvents", 65_534);
        encoder.call("window", Integer.MAX_VALUE);
        encoder.call("serverName", "evident-3");
        assertThat(framed(buffer, encoder)).containsExactly(ours);

        assertThat(Welcome.check(view(ours))).isNull();
        assertThat(Welcome.of(view(ours))).isEqualTo(welcome);
        GeneratedSbe.Codec decoder = decoder("Welcome", ours);
        assertThat(decoder.number("maxFrameBytes")).isEqualTo(Integer.MAX_VALUE);
        assertThat(decoder.number("maxBatchEvents")).isEqualTo(65_534);
        assertThat(decoder.number("window")).isEqualTo(Integer.MAX_VALUE);
        assertThat(decoder.text("serverName")).isEqualTo("evident-3");
    }

    @Test
    void aBatchWithoutATierHasTheNullValueOfTheSchema() throws Exception {
        List<byte[]> events = List.of(new byte[] {1, 2, 3});
        byte[] ours = ourEventBatch(7, null, events);
        assertThat(generatedEventBatch(7, null, events)).containsExactly(ours);

        EventBatchView batch = new EventBatchView(1);
        assertThat(batch.wrap(view(ours))).isNull();
        assertThat(batch.tier()).isNull();
        assertThat(decoder("EventBatch", ours).text("tier")).isEqualTo("NULL_VAL");
    }

    @Test
    void windowAndFarewellAreTheSameEachWay() throws Exception {
        byte[] window = new Window(123_456).encode();
        byte[] buffer = new byte[window.length];
        GeneratedSbe.Codec encoder = encoder("Window", buffer);
        encoder.call("window", 123_456);
        assertThat(framed(buffer, encoder)).containsExactly(window);
        assertThat(Window.of(view(window))).isEqualTo(new Window(123_456));

        Farewell farewell = new Farewell(Refusal.of(RefusalReason.UNAVAILABLE, "stopping"));
        byte[] ours = farewell.encode();
        byte[] farewellBuffer = new byte[ours.length];
        GeneratedSbe.Codec farewellEncoder = encoder("Farewell", farewellBuffer);
        farewellEncoder.call("reason", SBE.constant("RefusalReason", "UNAVAILABLE"));
        farewellEncoder.call("status", 503);
        farewellEncoder.call("detail", "stopping");
        assertThat(framed(farewellBuffer, farewellEncoder)).containsExactly(ours);
        assertThat(Farewell.of(view(ours))).isEqualTo(farewell);
        assertThat(decoder("Farewell", ours).text("reason")).isEqualTo("UNAVAILABLE");
    }
}
