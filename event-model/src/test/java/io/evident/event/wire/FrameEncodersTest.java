package io.evident.event.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameEncodersTest {
    private static final int GUARD_BYTES = 8;

    private static FrameView view(byte[] bytes, int offset, int length) {
        FrameView view = new FrameView();
        assertThat(view.wrap(bytes, offset, length)).isNull();
        return view;
    }

    @Test
    void anEventBatchTakesWhatFitsExactlyAndNotOneByteMore() {
        byte[] event = RandomEvents.bytes(new RandomEvents(1).event());
        int exact = EventBatchEncoder.EMPTY_FRAME_BYTES + 2 * (EventBatchEncoder.EVENT_OVERHEAD_BYTES + event.length);
        byte[] target = new byte[GUARD_BYTES + exact + GUARD_BYTES];

        EventBatchEncoder encoder = new EventBatchEncoder().begin(target, GUARD_BYTES, exact, 9, 77, Tier.JOURNALED);
        assertThat(encoder.add(event, 0, event.length)).isTrue();
        assertThat(encoder.add(event, 0, event.length)).isTrue();
        assertThat(encoder.add(event, 0, event.length)).isFalse();
        assertThat(encoder.finish()).isEqualTo(exact);
        assertThat(encoder.count()).isEqualTo(2);
        assertGuards(target, exact);

        encoder.begin(target, GUARD_BYTES, exact - 1, 9, 77, Tier.JOURNALED);
        assertThat(encoder.add(event, 0, event.length)).isTrue();
        assertThat(encoder.add(event, 0, event.length)).isFalse();
        EventBatchView batch = new EventBatchView(9);
        assertThat(batch.wrap(view(target, GUARD_BYTES, encoder.finish()))).isNull();
        assertThat(batch.count()).isEqualTo(1);
        assertThat(batch.tier()).isEqualTo(Tier.JOURNALED);
    }

    @Test
    void anEventBatchCanBeReadFromItsBeginningAgain() {
        byte[] frame = new byte[100_000];
        EventBatchEncoder encoder = new EventBatchEncoder().begin(frame, 0, frame.length, 3, 1, Tier.SYNCED);
        for (int i = 0; i < 3; i++) {
            byte[] event = RandomEvents.bytes(new RandomEvents(i).event());
            assertThat(encoder.add(event, 0, event.length)).isTrue();
        }
        EventBatchView batch = new EventBatchView(3);
        assertThat(batch.wrap(view(frame, 0, encoder.finish()))).isNull();
        List<String> once = places(batch);
        batch.rewind();
        assertThat(places(batch)).isEqualTo(once).hasSize(3);
    }

    @Test
    void anEventBatchStandsAgainAtTheEventThatWasMarked() {
        byte[] frame = new byte[100_000];
        EventBatchEncoder encoder = new EventBatchEncoder().begin(frame, 0, frame.length, 4, 1, Tier.SYNCED);
        for (int i = 0; i < 4; i++) {
            byte[] event = RandomEvents.bytes(new RandomEvents(i).event());
            assertThat(encoder.add(event, 0, event.length)).isTrue();
        }
        EventBatchView batch = new EventBatchView(4);
        assertThat(batch.wrap(view(frame, 0, encoder.finish()))).isNull();
        List<String> all = places(batch);
        batch.reset();
        assertThat(places(batch)).as("without a mark from the beginning").isEqualTo(all);

        batch.rewind();
        batch.next();
        batch.next();
        batch.mark();
        assertThat(places(batch)).hasSize(2);
        batch.reset();
        assertThat(batch.index() + ": " + batch.eventOffset() + ", " + batch.eventLength())
                .isEqualTo(all.get(1));
        assertThat(places(batch)).isEqualTo(all.subList(2, 4));
    }

    private static List<String> places(EventBatchView batch) {
        List<String> places = new ArrayList<>();
        while (batch.next()) {
            places.add(batch.index() + ": " + batch.eventOffset() + ", " + batch.eventLength());
        }
        return places;
    }

    @Test
    void anEventBatchEndsAtItsNumberOfEvents() {
        byte[] event = RandomEvents.bytes(new RandomEvents(2).event());
        EventBatchEncoder encoder = new EventBatchEncoder().begin(new byte[100_000], 0, 100_000, 2, 1, Tier.SYNCED);
        assertThat(encoder.add(event, 0, event.length)).isTrue();
        assertThat(encoder.add(event, 0, event.length)).isTrue();
        assertThat(encoder.add(event, 0, event.length)).isFalse();
    }

    @Test
    void anEventEncodedInPlaceIsTheSameAsACopiedOne() {
        AuditEvent event = new RandomEvents(3).event();
        EventEncoder eventEncoder = new EventEncoder();
        assertThat(event.encodeInto(eventEncoder)).isNull();
        int room = EventBatchEncoder.EMPTY_FRAME_BYTES + 4 + eventEncoder.encodedLength();
        byte[] target = new byte[room];
        EventBatchEncoder encoder = new EventBatchEncoder().begin(target, 0, room, 5, 1, Tier.SYNCED);
        assertThat(encoder.add(eventEncoder)).isTrue();
        assertThat(encoder.add(eventEncoder)).isFalse();
        EventView read = new EventView();
        assertThat(read.wrap(target, encoder.lastEventOffset(), eventEncoder.encodedLength()))
                .isNull();
        assertThat(AuditEvent.of(read)).isEqualTo(event);
        assertThat(encoder.finish()).isEqualTo(room);
    }

    @Test
    void aReceiptBatchTakesWhatFitsExactly() {
        int exact = ReceiptBatchEncoder.EMPTY_FRAME_BYTES + 2 * ReceiptBatchEncoder.RECEIPT_BYTES;
        byte[] target = new byte[GUARD_BYTES + exact + GUARD_BYTES];
        ReceiptBatchEncoder encoder = new ReceiptBatchEncoder().begin(target, GUARD_BYTES, exact, 5);
        assertThat(addReceipt(encoder)).isTrue();
        assertThat(addReceipt(encoder)).isTrue();
        assertThat(addReceipt(encoder)).isFalse();
        assertThat(encoder.finish()).isEqualTo(exact);
        assertGuards(target, exact);
    }

    private static boolean addReceipt(ReceiptBatchEncoder encoder) {
        return encoder.add(1, -1, -1, 65_535, -1, -1, Tier.SYNCED, Lane.CRITICAL, true);
    }

    @Test
    void aRefusalThatDoesNotFitLeavesTheFrameAsItWas() {
        Refusal refusal = new Refusal(RefusalReason.INVALID_VALUE, "action", "\u00e9\u00e9\u00e9");
        int one = RefusalBatchLayout.ENTRY_BLOCK_BYTES + 2 + 6 + 2 + 6;
        for (int missing = one; missing > 0; missing--) {
            int room = RefusalBatchEncoder.EMPTY_FRAME_BYTES + 2 * one - missing;
            byte[] target = new byte[GUARD_BYTES + room + GUARD_BYTES];
            RefusalBatchEncoder encoder = new RefusalBatchEncoder().begin(target, GUARD_BYTES, room, 5);
            assertThat(encoder.add(0, 1, 2, refusal, 3)).isTrue();
            assertThat(encoder.add(1, 1, 2, refusal, 3))
                    .as("%s bytes missing", missing)
                    .isFalse();
            RefusalBatchView batch = new RefusalBatchView();
            assertThat(batch.wrap(view(target, GUARD_BYTES, encoder.finish()))).isNull();
            assertThat(batch.count()).isEqualTo(1);
            assertGuards(target, room);
        }
    }

    @Test
    void aDetailThatIsTooLongIsCutOffBetweenLetters() {
        String detail = "x".repeat(FrameLayout.MAX_DETAIL_BYTES - 1) + "\u20ac\u20ac";
        int room = RefusalBatchEncoder.EMPTY_FRAME_BYTES + RefusalBatchEncoder.MAX_REFUSAL_BYTES;
        byte[] target = new byte[room];
        RefusalBatchEncoder encoder = new RefusalBatchEncoder().begin(target, 0, room, 5);
        Refusal refusal = new Refusal(RefusalReason.MALFORMED, detail, detail);
        assertThat(encoder.add(0, 0, 0, refusal, 0)).isTrue();
        RefusalBatchView batch = new RefusalBatchView();
        assertThat(batch.wrap(view(target, 0, encoder.finish()))).isNull();
        assertThat(batch.next()).isTrue();
        assertThat(batch.refusal().detail()).isEqualTo("x".repeat(FrameLayout.MAX_DETAIL_BYTES - 1));

        byte[] farewell = new Farewell(refusal).encode();
        assertThat(Farewell.of(view(farewell, 0, farewell.length)).refusal().detail())
                .hasSize(FrameLayout.MAX_DETAIL_BYTES - 1);
    }

    @Test
    void textsAreWrittenAsTheJdkWritesThem() {
        RandomEvents random = new RandomEvents(4);
        byte[] target = new byte[1_000];
        for (int i = 0; i < 500; i++) {
            String text = random.text(0, 40) + (i % 7 == 0 ? "\ud83d" : "") + random.text(0, 3);
            int end = FrameText.put(target, 0, target.length, text, 1_000);
            assertThat(Arrays.copyOfRange(target, 2, end))
                    .as(text)
                    .containsExactly(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    @Test
    void aHelloOrWelcomeThatCouldNotBeSentIsNotMade() {
        String longName = "n".repeat(FrameLayout.MAX_NAME_BYTES + 1);
        String longToken = "t".repeat(FrameLayout.MAX_TOKEN_BYTES);
        assertThatThrownBy(() -> new Hello(1, "", longName)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Hello(1, longToken + "t", "")).isInstanceOf(IllegalArgumentException.class);
        assertThat(new Hello(1, longToken, "n".repeat(FrameLayout.MAX_NAME_BYTES)).encode().length)
                .isLessThanOrEqualTo(FrameLayout.MAX_HELLO_FRAME_BYTES);
        assertThatThrownBy(() -> new Welcome(1, FrameLayout.MIN_MAX_FRAME_BYTES - 1, 1, 1, ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Welcome(1, FrameLayout.MIN_MAX_FRAME_BYTES, 0, 1, ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Window(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertGuards(byte[] target, int length) {
        assertThat(Arrays.copyOf(target, GUARD_BYTES)).containsOnly(0);
        assertThat(Arrays.copyOfRange(target, GUARD_BYTES + length, target.length))
                .containsOnly(0);
    }
}
