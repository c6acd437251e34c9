package io.evident.storage.index.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FieldCondition;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.filter.ValuePattern;
import io.evident.pipeline.index.BlockRuns;
import io.evident.pipeline.index.IndexDamagedException;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.index.active.ActivePart;
import io.evident.storage.index.active.BlockTerms;
import io.evident.storage.index.part.IndexOracle;
import io.evident.storage.index.part.RandomEvents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage of a part's file. */
class PartDamageTest {
    private static final FilterField[] FIELDS = FilterField.values();

    private final AtomicInteger reports = new AtomicInteger();
    /** Of the part that was written last. */
    private BlockRuns runs;

    private byte[] bytes(int blocks, int eventsEach) {
        RandomEvents events = new RandomEvents(3, 40);
        IndexOracle oracle = new IndexOracle();
        ActivePart part = null;
        for (int i = 0; i < blocks; i++) {
            BlockReader reader = oracle.add(events.block((long) i * eventsEach, eventsEach), 0);
            part = part == null ? new ActivePart(0, 0, reader.block()) : part;
            part.add(reader, new BlockTerms());
        }
        runs = part.view().runs();
        ByteBuffer written = PartWriter.bytes(part.view(), new PartRoom());
        byte[] bytes = new byte[written.remaining()];
        written.get(bytes);
        return bytes;
    }

    /** Everything that a part can be asked, as one text. */
    private static List<Object> everything(FilePart part) {
        List<Object> said = new ArrayList<>();
        part.keepFilter();
        EventFilter all = EventFilter.all(TenantScope.allButSystem());
        said.add(IndexOracle.toList(part.search(all, new TimeRange(RandomEvents.BASE_NS, null), ShardHorizon.NONE)));
        for (FilterField field : FIELDS) {
            FieldCondition any = new FieldCondition(
                    field, false, List.of(ValuePattern.startingWith(""), ValuePattern.exactly("denied")));
            said.add(IndexOracle.toList(part.search(all.and(any), TimeRange.ALWAYS, ShardHorizon.NONE)));
            said.add(IndexOracle.toList(part.search(all.and(field, "login"), TimeRange.ALWAYS, ShardHorizon.NONE)));
            part.count(
                    field,
                    part.search(all, TimeRange.ALWAYS, ShardHorizon.NONE),
                    (value, count) -> said.add(value + "=" + count));
        }
        for (int event = 0; event < part.events(); event++) {
            said.add(part.place(event));
            said.add(part.timeNs(event));
            said.add(IndexOracle.toList(part.withId(RandomEvents.id(event))));
        }
        return said;
    }

    private FilePart open(ByteBuffer bytes) {
        PartHeader header = PartHeader.read(bytes);
        return header == null ? null : FilePart.open(Path.of("part"), bytes, header, 0, runs, reports::incrementAndGet);
    }

    @Test
    void everyByteThatIsNotWhatWasWrittenIsFoundOrDoesNoHarm() {
        byte[] right = bytes(2, 5);
        List<Object> expected = everything(open(ByteBuffer.wrap(right)));
        int found = 0;
        for (int at = 0; at < right.length; at++) {
            byte[] wrong = right.clone();
            wrong[at] ^= (byte) (1 << at % 8);
            found += isFound(wrong, expected, at) ? 1 : 0;
        }
        assertThat(found).as("every byte counts").isEqualTo(right.length);
    }

    private boolean isFound(byte[] wrong, List<Object> expected, int at) {
        int before = reports.get();
        FilePart part = null;
        try {
            part = open(ByteBuffer.wrap(wrong));
            if (part == null) {
                return true;
            }
            assertThat(everything(part)).as("byte %d", at).isEqualTo(expected);
            return false;
        } catch (IndexDamagedException e) {
            if (part != null) {
                assertThat(part.view()).isNull();
                assertThat(reports.get()).isGreaterThan(before);
            }
            return true;
        }
    }

    @Test
    void damageOfOnePageIsFoundWhenThatPageIsNeeded() {
        byte[] bytes = bytes(40, 100);
        assertThat(bytes.length).isGreaterThan(4 * PartLayout.PAGE_BYTES);
        bytes[bytes.length / 2] ^= 1;
        FilePart part = open(ByteBuffer.wrap(bytes));
        assertThat(part.place(0).offset()).isPositive();
        assertThat(part.view()).isSameAs(part);
        assertThatThrownBy(() -> everything(part)).isInstanceOf(IndexDamagedException.class);
        assertThat(part.view()).isNull();
    }

    @Test
    void aPageThatIsGoneFromUnderTheMappingIsDamage(@TempDir Path directory) throws IOException {
        byte[] bytes = bytes(40, 100);
        // Often, as what is compiled notices later than what is interpreted.
        for (int i = 0; i < 200; i++) {
            aPageIsGone(Files.write(directory.resolve("part-" + i), bytes), i % 2 == 0);
        }
    }

    private void aPageIsGone(Path file, boolean isUsedBefore) throws IOException {
        ByteBuffer map;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            map = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
        FilePart part = open(map);
        EventFilter actor = EventFilter.all(TenantScope.allButSystem()).and(FilterField.ACTOR, "user-1");
        if (isUsedBefore) {
            part.search(actor, TimeRange.ALWAYS, ShardHorizon.NONE);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(1);
        }
        assertThatThrownBy(() -> part.search(actor, TimeRange.ALWAYS, ShardHorizon.NONE))
                .isInstanceOf(IndexDamagedException.class);
        assertThat(part.view()).isNull();
    }
}
