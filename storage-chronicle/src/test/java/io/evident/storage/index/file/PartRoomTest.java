package io.evident.storage.index.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.index.active.ActivePart;
import io.evident.storage.index.active.BlockTerms;
import io.evident.storage.index.part.IndexOracle;
import io.evident.storage.index.part.RandomEvents;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartRoomTest {
    private static final int EVENTS_EACH = 50;

    private static ActivePart part(int seed, int blocks) {
        RandomEvents events = new RandomEvents(seed, 40);
        IndexOracle oracle = new IndexOracle();
        ActivePart part = null;
        for (int i = 0; i < blocks; i++) {
            BlockReader reader = oracle.add(events.block((long) i * EVENTS_EACH, EVENTS_EACH), 0);
            part = part == null ? new ActivePart(0, 0, reader.block()) : part;
            part.add(reader, new BlockTerms());
        }
        return part;
    }

    private static byte[] bytes(ActivePart part, PartRoom room) {
        ByteBuffer written = PartWriter.bytes(part.view(), room);
        byte[] bytes = new byte[written.remaining()];
        written.get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 60})
    void makesTheSameBytesWhateverWasMadeInTheRoomBefore(int blocks) {
        PartRoom used = new PartRoom();
        bytes(part(1, 20), used);

        assertThat(bytes(part(2, blocks), used)).isEqualTo(bytes(part(2, blocks), new PartRoom()));
    }

    @Test
    void keepsItsMemoryWhereItIsEnough() {
        PartRoom room = new PartRoom();
        ActivePart part = part(1, 20);
        byte[] first = PartWriter.bytes(part.view(), room).array();

        assertThat(PartWriter.bytes(part.view(), room).array()).isSameAs(first);
    }
}
