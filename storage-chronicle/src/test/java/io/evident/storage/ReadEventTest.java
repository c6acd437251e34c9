package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.event.EventView;
import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.journal.FailedVolumeException;
import io.evident.pipeline.journal.RetainedBlocks;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.directory.StandbySettings;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.index.part.RandomEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single events, read from where the index says that they are. */
class ReadEventTest {
    @TempDir
    Path base;

    private Path data;
    private final RandomEvents events = new RandomEvents(8, 20);

    @BeforeEach
    void place() throws IOException {
        data = Files.createDirectory(base.toRealPath().resolve("data"));
    }

    private IndexRoad indexed() throws IOException {
        IndexRoad road = new IndexRoad(data, DiskFileOperations.INSTANCE, events, 1);
        road.append(0, 3, 20);
        road.roll();
        road.append(0, 2, 1);
        road.force(0);
        road.index();
        return road;
    }

    @Test
    void readsEachEventFromItsPlace() throws IOException {
        try (IndexRoad road = indexed()) {
            EventView view = new EventView();
            long sequence = 0;
            for (IndexPart part : road.index(0).parts()) {
                for (int event = 0; event < part.events(); event++) {
                    EventPlace place = part.place(event);
                    byte[] bytes = road.source(0).readEvent(road.source(0).block(place.block()), place);
                    assertThat(view.wrap(bytes, 0, bytes.length)).isNull();
                    assertThat(view.id()).isEqualTo(RandomEvents.id(sequence));
                    assertThat(place.sequence()).isEqualTo(sequence++);
                }
            }
            assertThat(sequence).isEqualTo(62);
        }
    }

    /** Neighbours and distant ones, more than are read at once, in blocks of different sizes. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void readsAnyEventsOfABlockTogetherAsItReadsEach(long seed) throws IOException {
        Random random = new Random(seed);
        try (IndexRoad road = new IndexRoad(data, DiskFileOperations.INSTANCE, events, 1)) {
            road.append(0, 1, 1);
            road.append(0, 1, 2);
            road.append(0, 2, 900);
            road.force(0);
            road.index();
            BlockSource source = road.source(0);
            IndexPart part = road.index(0).parts().get(0);
            for (int i = 0; i < 60; i++) {
                int block = random.nextInt(source.blockCount());
                int oneOf = 1 + random.nextInt(1 + random.nextInt(100));
                List<EventPlace> places = new ArrayList<>();
                for (int event = part.firstEvent(block); event < part.firstEvent(block + 1); event++) {
                    if (random.nextInt(oneOf) == 0) {
                        places.add(part.place(event));
                    }
                }
                List<byte[]> together = source.readEvents(source.block(block), places);
                assertThat(together).hasSameSizeAs(places);
                for (int j = 0; j < places.size(); j++) {
                    assertThat(together.get(j)).isEqualTo(source.readEvent(source.block(block), places.get(j)));
                }
            }
        }
    }

    @Test
    void refusesPlacesThatOverlapOrStandInAnotherOrder() throws IOException {
        try (IndexRoad road = indexed()) {
            BlockSource source = road.source(0);
            IndexPart part = road.index(0).parts().get(0);
            EventPlace third = part.place(2);
            EventPlace inside = new EventPlace(0, 3, third.offset() + 8, third.lengthBytes() - 8, third.crc32c());
            assertThatThrownBy(() -> source.readEvents(source.block(0), List.of(third, inside)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("event 3 is not what was written");
            assertThat(source.readEvents(source.block(0), List.of(third, part.place(0))))
                    .hasSize(2);
        }
    }

    @Test
    void namesTheEventOfSeveralThatIsNotWhatWasWritten() throws IOException {
        try (IndexRoad road = indexed()) {
            BlockSource source = road.source(0);
            IndexPart part = road.index(0).parts().get(0);
            EventPlace place = part.place(25);
            BlockInfo block = source.block(place.block());
            Path file = TestFiles.journal(data, 0, "1-0");
            TestFiles.flipBit(file, block.position() + place.offset());
            assertThatThrownBy(() -> source.readEvents(block, List.of(part.place(24), place, part.place(26))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("event 25 is not what was written");
        }
    }

    @Test
    void refusesAnEventThatIsNotWhatWasWritten() throws IOException {
        try (IndexRoad road = indexed()) {
            BlockSource source = road.source(0);
            EventPlace place = road.index(0).parts().get(0).place(25);
            BlockInfo block = source.block(place.block());
            Path file = TestFiles.journal(data, 0, "1-0");
            TestFiles.flipBit(file, block.position() + place.offset() + place.lengthBytes() - 1);
            assertThatThrownBy(() -> source.readEvent(block, place))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("event 25 is not what was written");
            EventPlace next = road.index(0).parts().get(0).place(26);
            assertThat(source.readEvent(block, next)).as("its neighbour").hasSize(next.lengthBytes());
        }
    }

    @Test
    void refusesAPlaceOutsideOfTheBlock() throws IOException {
        try (IndexRoad road = indexed()) {
            BlockSource source = road.source(0);
            BlockInfo block = source.block(0);
            for (EventPlace wrong : new EventPlace[] {
                new EventPlace(0, 0, 0, 10, 0),
                new EventPlace(0, 0, -1, 10, 0),
                new EventPlace(0, 0, 200, -1, 0),
                new EventPlace(0, 0, 200, block.lengthBytes() - 199, 0),
                new EventPlace(0, 0, Integer.MAX_VALUE, 10, 0),
            }) {
                assertThatThrownBy(() -> source.readEvent(block, wrong))
                        .as("%s", wrong)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("outside");
            }
        }
    }

    @Test
    void tellsThatTheVolumeHasFailed() throws IOException {
        try (IndexRoad road = indexed()) {
            EventPlace place = road.index(0).parts().get(0).place(0);
            ShardBlocks blocks = (ShardBlocks) road.source(0);
            blocks.failVolume(data, "it is gone", true);
            assertThatThrownBy(() -> blocks.readEvent(blocks.block(0), place))
                    .isInstanceOf(FailedVolumeException.class);
        }
    }

    @Test
    void indexesWhatAShardGoesOnWithOnItsStandbyVolume() throws IOException {
        Path standby = base.toRealPath().resolve("standby");
        FailingVolume files = new FailingVolume(data.resolve("shard-00"));
        JournalSettings settings = JournalSettings.defaults().withStandby(StandbySettings.in(standby));
        RetainedBlocks retained = new RetainedBlocks(RetainedBlocks.MIN_BYTES);
        try (IndexRoad road = new IndexRoad(data, settings, files, events, 1)) {
            road.append(0, 4, 20);
            road.force(0);
            road.index();
            var block = events.block(80, 20);
            road.indexes.onJournaled(0, road.journal(0).append(block), block);
            retained.add(block);
            road.index();
            files.breakNow();
            var next = road.journal(0)
                    .standby()
                    .takeOver(retained, new IOException("broken"))
                    .journal();
            road.indexes.onSynced(0, 99);
            var later = events.block(100, 20);
            road.indexes.onJournaled(0, next.append(later), later);
            next.force();
            road.indexes.onSynced(0, 119);
            road.index();
            road.checkWhole(0);
            EventView view = new EventView();
            for (IndexPart part : road.index(0).parts()) {
                for (int event = 0; event < part.events(); event++) {
                    EventPlace place = part.place(event);
                    byte[] bytes = road.source(0).readEvent(road.source(0).block(place.block()), place);
                    assertThat(view.wrap(bytes, 0, bytes.length)).isNull();
                    assertThat(view.id()).isEqualTo(RandomEvents.id(place.sequence()));
                }
            }
        }
        files.mend();
        for (int start = 0; start < 2; start++) {
            try (IndexRoad road = new IndexRoad(data, settings, files, events, 1)) {
                road.check(0, 5);
                road.index();
                road.checkWhole(0);
                assertThat(road.indexes.rebuilds()).isEqualTo(start == 0 ? 2 : 0);
            }
        }
        assertThat(IndexRoad.files(standby)).isNotEmpty();
    }
}
