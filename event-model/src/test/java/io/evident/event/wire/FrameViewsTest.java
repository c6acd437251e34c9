package io.evident.event.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.EventLimits;
import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the views make of frames that are cut, changed, newer than they are, or simply wrong. */
class FrameViewsTest {
    private static final int MAX_EVENTS = 10;

    /** One frame of every kind, each with content in every place. */
    static List<byte[]> oneOfEach() {
        RandomEvents random = new RandomEvents(5);
        Refusal refusal = new Refusal(RefusalReason.MISSING_FIELD, "actor.id", "is required");
        byte[] event = RandomEvents.bytes(random.event());
        return List.of(
                new Hello(1, "token", "name").encode(),
                new Welcome(1, FrameLayout.MIN_MAX_FRAME_BYTES, 1, 1, "server").encode(),
                Frames.events(1, Tier.SYNCED, List.of(event, event)),
                Frames.receipts(2, List.of(random.receipt(), random.receipt())),
                Frames.refusals(3, random.id(), List.of(refusal, refusal)),
                new Window(9).encode(),
                new Farewell(refusal).encode());
    }

    /** What a reader does with a frame of whatever kind: it must end in a refusal or in content, never in an exception. */
    private static Refusal read(byte[] frame) {
        FrameView view = new FrameView();
        Refusal refusal = view.wrap(frame, 0, frame.length);
        if (refusal != null) {
            return refusal;
        }
        return switch (view.templateId()) {
            case FrameLayout.HELLO -> orElse(Hello.check(view), () -> Hello.of(view));
            case FrameLayout.WELCOME -> orElse(Welcome.check(view), () -> Welcome.of(view));
            case FrameLayout.WINDOW -> orElse(Window.check(view), () -> Window.of(view));
            case FrameLayout.FAREWELL -> orElse(Farewell.check(view), () -> Farewell.of(view));
            case FrameLayout.EVENT_BATCH -> readEvents(view);
            case FrameLayout.RECEIPT_BATCH -> readReceipts(view);
            case FrameLayout.REFUSAL_BATCH -> readRefusals(view);
            default -> Refusal.of(RefusalReason.UNSUPPORTED_PROTOCOL, "template " + view.templateId());
        };
    }

    private static Refusal orElse(Refusal refusal, Runnable read) {
        if (refusal == null) {
            read.run();
        }
        return refusal;
    }

    private static Refusal readEvents(FrameView view) {
        EventBatchView batch = new EventBatchView(MAX_EVENTS);
        return orElse(batch.wrap(view), () -> {
            while (batch.next()) {
                assertThat(Arrays.copyOfRange(
                                batch.bytes(), batch.eventOffset(), batch.eventOffset() + batch.eventLength()))
                        .hasSize(batch.eventLength());
            }
        });
    }

    private static Refusal readReceipts(FrameView view) {
        ReceiptBatchView batch = new ReceiptBatchView();
        return orElse(batch.wrap(view), () -> {
            while (batch.next()) {
                assertThat(batch.receipt()).isNotNull();
            }
        });
    }

    private static Refusal readRefusals(FrameView view) {
        RefusalBatchView batch = new RefusalBatchView();
        return orElse(batch.wrap(view), () -> {
            while (batch.next()) {
                assertThat(batch.refusal()).isNotNull();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("oneOfEach")
    void everyFrameIsRefusedWhenItIsCutAnywhere(byte[] frame) {
        assertThat(read(frame)).isNull();
        for (int length = 0; length < frame.length; length++) {
            byte[] cut = Arrays.copyOf(frame, length);
            assertThat(read(cut))
                    .as("cut at %s, length field as it was", length)
                    .isNotNull();
            if (length >= FrameLayout.HEADER_BYTES) {
                FrameLayout.putLength(cut, 0, length);
                assertThat(read(cut))
                        .as("cut at %s, length field corrected", length)
                        .isNotNull();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("oneOfEach")
    void aByteTooManyIsRefusedFromAPeerOfTheSameVersion(byte[] frame) {
        assertThat(read(Frames.insert(frame, frame.length, 1)).reason()).isEqualTo(RefusalReason.MALFORMED);
    }

    @ParameterizedTest
    @MethodSource("oneOfEach")
    void whatANewerPeerAddsIsSkipped(byte[] frame) {
        byte[] longer = Frames.withLongerBlock(frame, 7);
        assertThat(read(longer)).isNull();
        assertThat(read(Frames.insert(longer, longer.length, 9))).isNull();
    }

    @ParameterizedTest
    @MethodSource("oneOfEach")
    void aBlockShorterThanTheFirstVersionsIsRefused(byte[] frame) {
        byte[] shorter = frame.clone();
        LittleEndian.putShort(shorter, FrameLayout.BLOCK_LENGTH_OFFSET, 0);
        assertThat(read(shorter)).isNotNull();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {41, 42, 43})
    void contract9_changedBytesNeverLeadToAnException(long seed) {
        Random random = new Random(seed);
        List<byte[]> frames = oneOfEach();
        for (int round = 0; round < 20_000; round++) {
            byte[] frame = frames.get(random.nextInt(frames.size())).clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                frame[FrameLayout.LENGTH_BYTES + random.nextInt(frame.length - FrameLayout.LENGTH_BYTES)] =
                        (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(3) - 1);
            }
            read(frame);
        }
    }

    @Test
    void longerEntriesOfANewerPeerAreSkippedOver() {
        RandomEvents random = new RandomEvents(6);
        List<Receipt> receipts = List.of(random.receipt(), random.receipt(), random.receipt());
        byte[] frame = Frames.receipts(5, receipts);
        int group = FrameLayout.HEADER_BYTES + ReceiptBatchLayout.BLOCK_BYTES;
        int first = group + FrameLayout.GROUP_HEADER_BYTES;
        for (int i = receipts.size(); i > 0; i--) {
            frame = Frames.insert(frame, first + i * ReceiptBatchLayout.ENTRY_BYTES, 6);
        }
        LittleEndian.putShort(frame, group, ReceiptBatchLayout.ENTRY_BYTES + 6);

        ReceiptBatchView batch = new ReceiptBatchView();
        assertThat(batch.wrap(view(frame))).isNull();
        List<Receipt> read = new ArrayList<>();
        while (batch.next()) {
            read.add(batch.receipt());
        }
        assertThat(read).isEqualTo(receipts);
    }

    @Test
    void aReceiptOfATierOnlyNewerServersHaveShowsTheSafestKnown() {
        byte[] frame =
                Frames.receipts(1, List.of(new Receipt(new UUID(1, 2), 0, 1, 0, Tier.SYNCED, Lane.STANDARD, false)));
        frame[ReceiptBatchLayout.EMPTY_BYTES + ReceiptBatchLayout.TIER_OFFSET] = 3;
        ReceiptBatchView batch = new ReceiptBatchView();
        assertThat(batch.wrap(view(frame))).isNull();
        assertThat(batch.next()).isTrue();
        assertThat(batch.tier()).isEqualTo(Tier.SYNCED);
    }

    @Test
    void aReasonOnlyNewerServersHaveIsReadByItsStatus() {
        byte[] frame = Frames.refusals(1, new UUID(1, 2), List.of(Refusal.of(RefusalReason.LANE_FULL, "full")));
        frame[RefusalBatchLayout.EMPTY_BYTES + RefusalBatchLayout.REASON_OFFSET] = (byte) 200;
        RefusalBatchView batch = new RefusalBatchView();
        assertThat(batch.wrap(view(frame))).isNull();
        assertThat(batch.next()).isTrue();
        assertThat(batch.refusal().reason().status()).isEqualTo(503);
        assertThat(batch.refusal().reason().retryable()).isTrue();
        assertThat(batch.refusal().detail()).isEqualTo("(reason 200, status 503) full");

        LittleEndian.putShort(frame, RefusalBatchLayout.EMPTY_BYTES + RefusalBatchLayout.STATUS_OFFSET, 499);
        assertThat(batch.refusal().reason().retryable()).isFalse();
    }

    @Test
    void anEventBatchMayHaveAsManyEventsAsAllowedAndNotOneMore() {
        byte[] event = RandomEvents.bytes(new RandomEvents(7).event());
        byte[] full = Frames.events(1, Tier.SYNCED, Collections.nCopies(MAX_EVENTS, event));
        byte[] oneMore = Frames.events(1, Tier.SYNCED, Collections.nCopies(MAX_EVENTS + 1, event));
        assertThat(read(full)).isNull();
        assertThat(read(oneMore).reason()).isEqualTo(RefusalReason.BODY_TOO_LARGE);
        assertThat(read(Frames.events(1, Tier.SYNCED, List.of())).reason()).isEqualTo(RefusalReason.MALFORMED);
    }

    @Test
    void aWrongTierLaneSchemaOrVersionIsNamed() {
        byte[] tier = oneOfEach().get(2).clone();
        tier[FrameLayout.HEADER_BYTES + EventBatchLayout.TIER_OFFSET] = 9;
        assertThat(read(tier).field()).isEqualTo("tier");
        tier[FrameLayout.HEADER_BYTES + EventBatchLayout.TIER_OFFSET] = (byte) 254;
        assertThat(read(tier).field()).isEqualTo("tier");
        byte[] lane = oneOfEach().get(3).clone();
        lane[ReceiptBatchLayout.EMPTY_BYTES + ReceiptBatchLayout.ENTRY_BYTES + ReceiptBatchLayout.LANE_OFFSET] = 3;
        assertThat(read(lane).field()).isEqualTo("receipts[1].lane");
        byte[] schema = oneOfEach().get(0).clone();
        LittleEndian.putShort(schema, FrameLayout.SCHEMA_ID_OFFSET, 1);
        assertThat(read(schema).reason()).isEqualTo(RefusalReason.UNSUPPORTED_PROTOCOL);
        byte[] version = oneOfEach().get(0).clone();
        LittleEndian.putShort(version, FrameLayout.VERSION_OFFSET, 0);
        assertThat(read(version).reason()).isEqualTo(RefusalReason.UNSUPPORTED_PROTOCOL);
    }

    @Test
    void aMessageOfAnotherKindIsRefusedByEachView() {
        FrameView window = view(new Window(1).encode());
        assertThat(new EventBatchView(1).wrap(window).reason()).isEqualTo(RefusalReason.UNSUPPORTED_PROTOCOL);
        assertThat(Hello.check(window).detail()).contains("expected Hello");
        assertThat(Window.check(view(new Hello(1, "", "").encode())).detail()).contains("expected Window");
    }

    @Test
    void announcedLengthsAreCheckedBeforeAnythingElse() {
        byte[] length = new byte[FrameLayout.LENGTH_BYTES];
        LittleEndian.putInt(length, 0, -1);
        assertThat(FrameLayout.frameLength(length, 0)).isEqualTo(0xFFFF_FFFFL + FrameLayout.LENGTH_BYTES);
        assertThat(FrameLayout.checkFrameLength(FrameLayout.HEADER_BYTES, 100)).isNull();
        assertThat(FrameLayout.checkFrameLength(100, 100)).isNull();
        assertThat(FrameLayout.checkFrameLength(101, 100).reason()).isEqualTo(RefusalReason.BODY_TOO_LARGE);
        assertThat(FrameLayout.checkFrameLength(FrameLayout.HEADER_BYTES - 1, 100)
                        .reason())
                .isEqualTo(RefusalReason.MALFORMED);
    }

    @Test
    void theSmallestAllowedFrameLimitHoldsTheLargestEvent() {
        byte[] target = new byte[FrameLayout.MIN_MAX_FRAME_BYTES];
        EventBatchEncoder encoder = new EventBatchEncoder().begin(target, 0, target.length, 1, 1, Tier.SYNCED);
        assertThat(encoder.add(new byte[EventLimits.ENCODED_BYTES], 0, EventLimits.ENCODED_BYTES))
                .isTrue();
    }

    @Test
    void theTokenIsNotShown() {
        assertThat(new Hello(1, "open-sesame", "till").toString()).doesNotContain("open-sesame");
    }

    private static FrameView view(byte[] frame) {
        FrameView view = new FrameView();
        assertThat(view.wrap(frame, 0, frame.length)).isNull();
        return view;
    }
}
