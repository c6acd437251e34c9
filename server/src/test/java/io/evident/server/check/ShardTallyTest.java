package io.evident.server.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.Lane;
import io.evident.pipeline.journal.BlockInfo;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class ShardTallyTest {
    @Test
    void readsNothingOfAShardThatStoredNothingInARun() throws IOException {
        ShardTally tally = new ShardTally(0, new LongAdder());
        tally.removed(new BlockInfo(0, 0, 100, 3, 1, Lane.CRITICAL, 5, 2, 0, 0), Map.of("acme", 2));

        // There is nothing to be read from.
        assertThat(tally.storedThrough(null, 3, -1).byTenant()).isEmpty();
        assertThat(tally.stored().count("acme", Lane.CRITICAL)).isEqualTo(2);
    }
}
