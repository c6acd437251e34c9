package io.evident.load.peer.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class ProcessCpuTest {
    @Test
    void addsUserAndSystemTimeOfAProcessAndOfItsEndedChildren() {
        assertThat(ProcessCpu.ticks("7 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 1000 200 30 4 20 0 1 0"))
                .isEqualTo(1_234);
    }

    @Test
    void countsThisProcess() throws IOException {
        assertThat(ProcessCpu.seconds(ProcessHandle.current().pid())).isPositive();
    }

    @Test
    void aProcessThatHasEndedHasNoTime() throws IOException, InterruptedException {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();

        assertThat(ProcessCpu.seconds(ended.pid())).isZero();
    }
}
