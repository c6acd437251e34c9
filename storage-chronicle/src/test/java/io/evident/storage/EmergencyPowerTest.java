package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.journal.BlockInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random lives of an emergency journal: appends, folds, failing file operations, power cuts that take what was not forced,
 * and harm to one of two copies between two starts. What was acknowledged is found, once, under its position; what was
 * folded never comes back.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmergencyPowerTest {
    private static final int STARTS = 6;
    private static final int STEPS = 12;
    private static final int FILES = 3;

    @TempDir
    Path folder;

    private final ForgetfulFiles files = new ForgetfulFiles();
    private Random random;
    private Emergency emergency;
    private long acknowledged;
    private long folded;

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void contract1_contract2_losesNothingAcknowledgedWhileOneCopyIsWhole(long seed) throws Exception {
        random = new Random(seed);
        int copies = 1 + random.nextInt(2);
        emergency = new Emergency(folder, files, copies);
        for (int start = 0; start < STARTS; start++) {
            emergency.open(folded, FILES);
            check(start);
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            emergency.close();
            files.failAt(0);
            if (random.nextInt(4) > 0) {
                files.cutPower(random, random.nextBoolean());
            }
            if (copies == 2 && random.nextBoolean()) {
                harm(random.nextInt(2));
            }
        }
    }

    private void step() {
        try {
            switch (random.nextInt(8)) {
                case 0 -> fold();
                case 1 -> files.failAt(1 + random.nextInt(40));
                default -> append();
            }
        } catch (IOException e) {
            assertThat(e).hasStackTraceContaining("injected");
            assertThat(emergency.opened.journal().workingCopies()).isZero();
        }
    }

    private void append() throws IOException {
        BlockInfo info = emergency.append(1 + random.nextInt(4), 1 + random.nextInt(40_000));
        if (info != null) {
            assertThat(info.firstSequence())
                    .isEqualTo(emergency.opened.journal().nextPosition() - info.count());
            acknowledged = info.lastSequence();
        }
    }

    /** The fold's own block is forced before anything is discarded; the discarding itself need not happen. */
    private void fold() {
        long highest = emergency.opened.journal().nextPosition() - 1;
        folded += (long) (random.nextDouble() * (highest - folded + 1));
        if (random.nextInt(3) > 0) {
            emergency.opened.journal().discardThrough(folded);
        }
    }

    private void harm(int copy) throws IOException {
        Path file = emergency.file(copy, random.nextInt(FILES));
        if (!Files.exists(file)) {
            return;
        }
        long size = Files.size(file);
        switch (random.nextInt(5)) {
            case 0 -> Files.delete(file);
            case 1 -> TestFiles.truncate(file, (long) (random.nextDouble() * size));
            case 2 -> TestFiles.overwrite(file, (long) (random.nextDouble() * (size - 9_000)), new byte[9_000]);
            default -> {
                for (int i = 0; i < 3; i++) {
                    TestFiles.flipBit(file, (long) (random.nextDouble() * size / (1 + i)));
                }
            }
        }
    }

    private void check(int start) throws IOException {
        List<Long> found = emergency.positions();
        long next = emergency.opened.journal().nextPosition();
        String where = "start " + start + ": " + emergency.opened.report();
        assertThat(next).as(where).isGreaterThan(Math.max(acknowledged, folded));
        List<Long> unfolded =
                found.stream().filter(position -> position > folded).toList();
        assertThat(unfolded).as(where).isEqualTo(Blocks.range(folded + 1, next));
        for (BlockInfo block : emergency.opened.blocks().blocks()) {
            assertThat(block.lastSequence()).as(where).isGreaterThan(folded);
        }
        acknowledged = next - 1;
    }
}
