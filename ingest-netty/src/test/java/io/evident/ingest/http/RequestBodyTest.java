package io.evident.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
    private static final int MAX_BYTES = 1 << 20;

    private final BodyBudget budget = new BodyBudget(2 * MAX_BYTES);

    private RequestBody body(long announcedBytes) {
        return new RequestBody(announcedBytes, MAX_BYTES, budget);
    }

    private static void add(RequestBody body, int bytes) {
        assertThat(body.add(Unpooled.wrappedBuffer(new byte[bytes]))).isNull();
    }

    @Test
    void takesAsMuchMemoryAsABodyHasThatComesAtOnce() {
        add(body(300), 300);

        assertThat(budget.usedBytes()).isEqualTo(300);
    }

    @Test
    void takesLittleForWhoOnlyAnnouncesMuch() {
        RequestBody body = body(MAX_BYTES);
        assertThat(budget.usedBytes()).isZero();

        add(body, 100);
        assertThat(budget.usedBytes()).isEqualTo(200);

        add(body, 100);
        assertThat(budget.usedBytes()).isEqualTo(200);
    }

    @Test
    void takesNoMoreThanWasAnnouncedOfABodyThatComesInPieces() {
        RequestBody body = body(250_000);
        for (int i = 0; i < 4; i++) {
            add(body, 62_500);
        }

        assertThat(budget.usedBytes()).isEqualTo(250_000);
        assertThat(body.length()).isEqualTo(250_000);
    }

    @Test
    void takesABodyWhoseLengthIsNotKnownUpToTheLimitAndNoFurther() {
        RequestBody body = body(-1);
        for (int i = 0; i < 16; i++) {
            add(body, MAX_BYTES / 16);
        }

        assertThat(body.length()).isEqualTo(MAX_BYTES);
        assertThat(budget.usedBytes()).isEqualTo(MAX_BYTES);
        assertThat(body.add(Unpooled.wrappedBuffer(new byte[1]))).isNotNull();
    }

    @Test
    void refusesWhatTheBodiesOfAllTogetherHaveNoRoomForAndGivesItsOwnBack() {
        RequestBody first = body(MAX_BYTES);
        RequestBody second = body(MAX_BYTES);
        add(first, MAX_BYTES);
        add(second, MAX_BYTES);

        assertThat(body(10).add(Unpooled.wrappedBuffer(new byte[10]))).isNotNull();

        first.release();
        add(body(10), 10);
        assertThat(budget.usedBytes()).isEqualTo(MAX_BYTES + 10);
    }
}
