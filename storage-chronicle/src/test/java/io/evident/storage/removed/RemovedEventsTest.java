package io.evident.storage.removed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.storage.file.DiskFileOperations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both states of what was removed are told, also by the file. */
class RemovedEventsTest {
    @TempDir
    private Path segment;

    private RemovedEvents kept(RemovedEvents removed) throws IOException {
        removed.write(DiskFileOperations.INSTANCE, segment, 3, 2, 1);
        return RemovedEvents.read(DiskFileOperations.INSTANCE, segment, 3, 2, 1);
    }

    @Test
    void tellsTheStateBeforeAndTheOneBehind() throws IOException {
        RemovedEvents.Builder builder = new RemovedEvents.Builder();
        builder.add(0, Map.of(), Map.of());
        builder.add(10, Map.of("acme", 1), Map.of("acme", 3, "globex", 2));
        builder.add(20, Map.of(), Map.of("globex", 4));
        for (RemovedEvents removed : new RemovedEvents[] {builder.build(), kept(builder.build())}) {
            assertThat(removed.events()).isEqualTo(9);
            assertThat(removed.isSettled()).isFalse();
            assertThat(removed.of(10, 1)).isEqualTo(Map.of("acme", 1));
            assertThat(removed.of(10, 5)).isEqualTo(Map.of("acme", 3, "globex", 2));
            assertThat(removed.of(10, 2)).isNull();
            assertThat(removed.of(10, 0)).isEmpty();
            assertThat(removed.of(20, 4)).isEqualTo(removed.now(20)).isEqualTo(Map.of("globex", 4));
            assertThat(removed.of(0, 1)).isNull();
            assertThat(removed.now(0)).isEmpty();
            RemovedEvents settled = kept(removed.settled());
            assertThat(settled.isSettled()).isTrue();
            assertThat(settled.of(10, 1)).isNull();
            assertThat(settled.of(10, 5)).isEqualTo(Map.of("acme", 3, "globex", 2));
            assertThat(settled.events()).isEqualTo(9);
        }
        assertThat(kept(RemovedEvents.NONE).isSettled()).isTrue();
        assertThat(RemovedEvents.read(DiskFileOperations.INSTANCE, segment, 4, 2, 1))
                .isNull();
    }

    @Test
    void refusesBlocksThatAreNotInTheirOrder() {
        RemovedEvents.Builder builder = new RemovedEvents.Builder();
        builder.add(10, Map.of(), Map.of("acme", 3));
        assertThatThrownBy(() -> builder.add(10, Map.of(), Map.of("acme", 3)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLargeOneIsWrittenAndReadPieceByPiece() throws IOException {
        RemovedEvents.Builder builder = new RemovedEvents.Builder();
        for (int block = 0; block < 20_000; block++) {
            builder.add(block * 10L, Map.of(), Map.of("tenant-" + block % 300, 1 + block % 10));
        }
        RemovedEvents kept = kept(builder.build());
        for (int block = 0; block < 20_000; block += 37) {
            assertThat(kept.now(block * 10L)).isEqualTo(Map.of("tenant-" + block % 300, 1 + block % 10));
        }
    }
}
