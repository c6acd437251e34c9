package io.evident.load.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EarlyEndTest {
    @Test
    void isNotToldWithoutASignalAndMayBeClosedTwice() throws InterruptedException {
        EarlyEnd end = EarlyEnd.listen();

        end.rest(-1);
        end.rest(1);

        assertThat(end.isTold()).isFalse();
        end.close();
        end.close();
    }
}
