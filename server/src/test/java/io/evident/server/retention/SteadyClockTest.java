package io.evident.server.retention;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private long wall = 1_000;
    private long tick = 5;
    private final SteadyClock clock = new SteadyClock(() -> wall, () -> tick);

    @Test
    void goesWithBothClocksWhileTheyAgree() {
        wall += 70;
        tick += 70;
        assertThat(clock.getAsLong()).isEqualTo(1_070);
    }

    @Test
    void isNeverAheadOfAWallClockThatIsSetForwardOrBack() {
        wall = 900_000;
        tick += 10;
        assertThat(clock.getAsLong()).as("set forward").isEqualTo(1_010);
        wall = 300;
        tick += 10;
        assertThat(clock.getAsLong())
                .as("set back: what is stamped now is not older than now")
                .isEqualTo(300);
        wall = 1_030;
        tick += 10;
        assertThat(clock.getAsLong()).as("right again").isEqualTo(1_030);
    }
}
