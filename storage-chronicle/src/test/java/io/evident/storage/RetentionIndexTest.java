package io.evident.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.EventView;
import io.evident.pipeline.index.EventSet;
import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.journal.RemovedEventException;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.file.DiskFileOperations;
import io.evident.storage.index.ShardIndexes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index of what events were removed from is made anew: it finds what is kept, and holds nothing of what is not. */
class RetentionIndexTest {
    private static final int FILTER_BYTES = 1 << 20;
    private static final ShardHorizon ACME = new ShardHorizon(0, Map.of("acme", Long.MAX_VALUE));
    private static final ShardHorizon ALL = new ShardHorizon(Long.MAX_VALUE, Map.of("_system", Long.MAX_VALUE));

    @TempDir
    private Path data;

    private static void index(ShardIndexes indexes) {
        boolean more = true;
        while (more) {
            boolean indexed = indexes.indexOnce();
            more = indexes.fileOnce() || indexed;
        }
    }

    private static ShardIndexes open(RetainedShard shard) {
        ShardIndexes indexes = shard.directory().openIndexes(FILTER_BYTES);
        shard.useIndexes(indexes);
        index(indexes);
        return indexes;
    }

    /** The parts of the first two segments on the disk that have a text in them. */
    private List<Path> partsWith(String text) throws IOException {
        List<Path> found = partsWith(text, "1-0");
        found.addAll(partsWith(text, "1-1"));
        return found;
    }

    private List<Path> partsWith(String text, String segment) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(TestFiles.segment(data, 0, segment))) {
            for (Path file : all.filter(each -> each.getFileName().toString().startsWith("events-"))
                    .toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    /** Finds every event that is kept by its id, and no other. */
    private static void check(RetainedShard shard, ShardIndexes indexes) throws IOException {
        TreeSet<Long> found = new TreeSet<>();
        long end = shard.shard().journal().nextSequence();
        for (long sequence = 0; sequence < end; sequence++) {
            for (IndexPart part : indexes.indexes().get(0).parts()) {
                EventSet events = part.withId(new UUID(1, sequence + 1));
                for (int event = events.next(0); event >= 0; event = events.next(event + 1)) {
                    EventPlace place = part.place(event);
                    byte[] bytes = shard.blocks().readEvent(shard.blocks().block(place.block()), place);
                    EventView view = new EventView();
                    assertThat(view.wrap(bytes, 0, bytes.length)).isNull();
                    if (view.idLow() == sequence + 1) {
                        shard.events.check(view, sequence);
                        found.add(sequence);
                    }
                }
            }
        }
        assertThat(new ArrayList<>(found)).isEqualTo(shard.events.sequences());
        assertThat(indexes.eventsBehind()).isZero();
    }

    @Test
    void isMadeAnewWithoutWhatWasRemoved() throws IOException {
        try (RetainedShard shard = new RetainedShard(data, 11, DiskFileOperations.INSTANCE)) {
            shard.fillSegment(6);
            shard.fillSegment(6);
            ShardIndexes indexes = open(shard);
            check(shard, indexes);
            assertThat(partsWith("secret-of-acme")).hasSize(2);

            for (int segment : shard.sealed()) {
                shard.remove(segment, ACME);
            }
            assertThat(partsWith("secret-of-acme")).isEmpty();
            index(indexes);
            assertThat(partsWith("secret-of-acme")).isEmpty();
            assertThat(partsWith("secret-of-globex")).hasSize(2);
            check(shard, indexes);

            shard.remove(shard.sealed().get(0), ALL);
            index(indexes);
            assertThat(partsWith("secret-of")).hasSize(1);
            check(shard, indexes);
            assertThat(indexes.indexOnce() || indexes.fileOnce()).isFalse();
            indexes.close();
            shard.restart();
            ShardIndexes again = open(shard);
            check(shard, again);
            assertThat(again.rebuilds()).as("but for what is being written").isLessThanOrEqualTo(1);
            again.close();
        }
    }

    @Test
    void whoeverHasAnOldPlaceIsToldThatTheEventWasRemoved() throws IOException {
        try (RetainedShard shard = new RetainedShard(data, 11, DiskFileOperations.INSTANCE)) {
            shard.fillSegment(6);
            ShardIndexes indexes = open(shard);
            List<EventPlace> places = new ArrayList<>();
            IndexPart part = indexes.indexes().get(0).parts().get(0);
            for (int event = 0; event < part.events(); event++) {
                places.add(part.place(event));
            }
            int segment = shard.sealed().get(0);
            for (ShardHorizon horizon : List.of(ACME, ALL)) {
                shard.remove(segment, horizon);
                List<Long> read = new ArrayList<>();
                for (EventPlace place : places) {
                    try {
                        shard.blocks().readEvent(shard.blocks().block(place.block()), place);
                        read.add(place.sequence());
                    } catch (RemovedEventException e) {
                        assertThat(e).hasMessageContaining("removed");
                    }
                }
                List<Long> kept = shard.events.sequences();
                kept.removeIf(sequence -> sequence >= places.size());
                assertThat(read).isEqualTo(kept);
            }
            indexes.close();
        }
    }

    @Test
    void afterAStopAtAnyStepTheNextStartMakesItAnew() throws IOException {
        boolean struck = true;
        Path root = data;
        for (int nth = 1; struck; nth++) {
            data = Files.createDirectory(root.resolve("try-" + nth));
            RetentionFaultTest.Stopping files = new RetentionFaultTest.Stopping();
            files.forceNothing();
            try (RetainedShard shard = new RetainedShard(data, 11, files)) {
                shard.fillSegment(6);
                ShardIndexes indexes = open(shard);
                int segment = shard.sealed().get(0);
                long[] range = shard.sequences(segment);
                files.failAt(nth);
                try {
                    shard.retention().remove(shard.blocks(), segment, ACME);
                } catch (IOException e) {
                    assertThat(files.hasFailed()).isTrue();
                }
                struck = files.hasFailed();
                files.failAt(0);
                indexes.close();
                shard.restart();
                boolean isRemoved = !shard.events.read(shard.blocks()).equals(shard.events.sequences());
                if (isRemoved) {
                    shard.events.expire(ACME, range[0], range[1], true);
                }
                ShardIndexes again = open(shard);
                check(shard, again);
                assertThat(partsWith("secret-of-acme", "1-0"))
                        .as("step %d", nth)
                        .hasSize(isRemoved ? 0 : 1);
                again.close();
            }
            assertThat(nth).isLessThan(100);
        }
    }

    @Test
    void whileNothingIsIndexedTheFilesOfEarlierIndexesGoWithARemoval() throws IOException {
        try (RetainedShard shard = new RetainedShard(data, 11, DiskFileOperations.INSTANCE)) {
            shard.fillSegment(6);
            shard.fillSegment(6);
            open(shard).close();
            shard.restart();
            assertThat(partsWith("secret-of-acme")).hasSize(2);
            shard.remove(shard.sealed().get(0), ACME);
            assertThat(partsWith("secret-of", "1-0")).as("of a reduced segment").isEmpty();
            shard.remove(shard.sealed().get(1), ALL);
            assertThat(partsWith("secret-of", "1-1")).as("of a freed segment").isEmpty();
            shard.restart();
            ShardIndexes again = open(shard);
            assertThat(partsWith("secret-of-acme")).isEmpty();
            check(shard, again);
            again.close();
        }
    }

    @Test
    void thePartThatIsBeingMadeIsMadeAnewAlsoWhenNoBlockComes() throws IOException {
        try (RetainedShard shard = new RetainedShard(data, 11, DiskFileOperations.INSTANCE)) {
            ShardIndexes indexes = open(shard);
            for (int i = 0; i < 5; i++) {
                shard.events.append(shard.shard().journal());
            }
            shard.shard().journal().force();
            index(indexes);
            check(shard, indexes);
            indexes.renew(0, 0, shard.blocks().blockCount());
            assertThat(indexes.eventsBehind()).isPositive();
            index(indexes);
            check(shard, indexes);
            shard.events.append(shard.shard().journal());
            shard.shard().journal().force();
            index(indexes);
            check(shard, indexes);
            indexes.close();
        }
    }
}
