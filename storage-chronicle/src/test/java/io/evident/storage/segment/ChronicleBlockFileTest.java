package io.evident.storage.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.storage.file.DiskFileOperations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleBlockFileTest {
    private static final BlockFile.Opener OPENER = ChronicleBlockFile.opener(DiskFileOperations.INSTANCE);

    @TempDir
    Path data;

    @Test
    void tellsAnIoExceptionWhenItCannotWrite() throws Exception {
        Path segment = Files.createDirectory(data.resolve("1-0"));
        BlockFile file = OPENER.open(segment, 1 << 20);
        file.close();
        assertThatThrownBy(() -> file.append(new byte[200], 200)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> OPENER.open(segment.resolve("metadata.cq4t"), 1 << 20))
                .isInstanceOf(IOException.class);
    }

    @Test
    void whatIsWrittenIsAQueueThatChronicleItselfReads() throws Exception {
        Path segment = Files.createDirectory(data.resolve("1-0"));
        Random random = new Random(7);
        List<byte[]> written = new ArrayList<>();
        BlockFile file = OPENER.open(segment, 1 << 20);
        for (int i = 0; i < 1_500; i++) {
            byte[] block = new byte[1 + random.nextInt(3_000)];
            random.nextBytes(block);
            written.add(block);
            file.append(Arrays.copyOf(block, block.length + 5), block.length);
        }
        file.close();
        try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(segment)
                        .rollCycle(RollCycles.FAST_DAILY)
                        .timeProvider(() -> 0L)
                        .build();
                ExcerptTailer tailer = queue.createTailer()) {
            for (byte[] block : written) {
                assertThat(next(tailer)).isEqualTo(block);
            }
            assertThat(next(tailer)).isNull();
        }
    }

    private static byte[] next(ExcerptTailer tailer) {
        try (DocumentContext document = tailer.readingDocument()) {
            return document.isPresent() ? document.wire().bytes().toByteArray() : null;
        }
    }
}
