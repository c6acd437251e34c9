package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evident.event.Lane;
import io.evident.pipeline.journal.NotWrittenException;
import io.evident.storage.emergency.EmergencySettings;
import io.evident.storage.space.SpaceSettings;
import io.evident.storage.space.SpaceState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a real volume of a few megabytes, which somebody else fills and clears meanwhile. Needs root, and skips without. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FullVolumeIT {
    private static final int MIB = 1 << 20;
    private static final long SEED = 20261122;

    @TempDir
    Path folder;

    private Path mounted;

    private static boolean run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return false; // No such program here.
        }
        return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    private void mount(String kind) throws Exception {
        Path at = Files.createDirectory(folder.resolve("volume"));
        boolean done;
        if (kind.equals("tmpfs")) {
            done = run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", at.toString());
        } else {
            Path image = folder.resolve("image");
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(32L * MIB);
            }
            done = run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString())
                    && run("mount", "-o", "loop", image.toString(), at.toString());
        }
        assumeTrue(done, "cannot mount " + kind + " here");
        mounted = at;
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted != null) {
            assertThat(run("umount", mounted.toString()) || run("umount", "-l", mounted.toString()))
                    .isTrue();
        }
    }

    /** Fills the volume to the last byte and clears it again, until told to stop. */
    private void fillAndClear(AtomicBoolean stop) {
        Path filler = mounted.resolve("filler");
        Random random = new Random(SEED);
        ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
        try (FileChannel channel = FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (!stop.get()) {
                try {
                    channel.write(chunk.clear());
                } catch (IOException full) {
                    if (random.nextInt(40) == 0) {
                        channel.truncate(0);
                        channel.position(0);
                    }
                }
            }
            channel.truncate(0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest(name = "{0}, seed " + SEED)
    @ValueSource(strings = {"tmpfs", "ext4"})
    void contract1_contract2_contract4_noAppendFaultsWhoeverFillsTheVolume(String kind) throws Exception {
        mount(kind);
        Path data = mounted.resolve("data");
        JournalSettings settings = new JournalSettings(
                2 * MIB,
                Duration.ofHours(1),
                System::nanoTime,
                new EmergencySettings(512 << 10, 512 << 10, null, Duration.ZERO));
        SpaceSettings room = new SpaceSettings(2 * MIB, MIB, 512 << 10);
        AtomicBoolean stop = new AtomicBoolean();
        Blocks blocks = new Blocks();
        int refused = 0;
        long written;
        try (DataDirectory directory = DataDirectory.open(data, settings, room)) {
            OpenedShard shard = directory.openShard(0);
            directory.space().start();
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> fillAndClear(stop));
            Random random = new Random(SEED);
            // On a busy machine the other one may begin late: the volume is full some time in any case.
            for (int i = 0; (shard.journal().nextSequence() < 400 || refused == 0) && i < 20_000; i++) {
                Lane lane = Lane.ofCode(random.nextInt(Lane.count()));
                try {
                    shard.journal()
                            .append(blocks.of(
                                    lane,
                                    shard.journal().nextSequence(),
                                    1 + random.nextInt(3),
                                    random.nextInt(60_000)));
                    if (random.nextInt(20) == 0) {
                        shard.journal().force();
                    }
                } catch (NotWrittenException e) {
                    refused++;
                    Thread.onSpinWait();
                }
            }
            stop.set(true);
            other.join();
            written = shard.journal().nextSequence();
            assertThat(written).isGreaterThan(20);
            assertThat(refused).isPositive();
            Files.delete(mounted.resolve("filler"));
            org.awaitility.Awaitility.await()
                    .untilAsserted(() -> assertThat(directory.space().view().state())
                            .isIn(SpaceState.ROOMY, SpaceState.CRITICAL_ONLY));
            shard.journal().force();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, written));
        }
        try (DataDirectory directory = DataDirectory.open(data, settings, room)) {
            OpenedShard shard = directory.openShard(0);
            assertThat(shard.report().hasSeriousDamage()).isFalse();
            assertThat(Blocks.sequences(shard.blocks())).isEqualTo(Blocks.range(0, written));
        }
    }
}
