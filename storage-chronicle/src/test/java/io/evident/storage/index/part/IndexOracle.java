package io.evident.storage.index.part;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.EventMatcher;
import io.evident.pipeline.filter.FieldValues;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.index.EventSet;
import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.ShardHorizon;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.zip.CRC32C;

/** Every event of some blocks, looked through one by one: what a part has to say of them. */
public final class IndexOracle {
    private final List<BlockInfo> infos = new ArrayList<>();
    private final List<byte[]> blocks = new ArrayList<>();
    private final List<EventView> events = new ArrayList<>();
    private final List<Integer> blockOf = new ArrayList<>();

    /** Takes a block, and gives it as if it was read. */
    public BlockReader add(Block block, int segment) {
        byte[] bytes = Arrays.copyOf(block.bytes(), block.lengthBytes());
        BlockInfo info = new BlockInfo(
                segment,
                4096L * infos.size(),
                bytes.length,
                1,
                1,
                Lane.STANDARD,
                block.firstSequence(),
                block.count(),
                block.minTimeNs(),
                block.maxTimeNs());
        add(info, bytes);
        return reader(infos.size() - 1);
    }

    /** Takes a block that was read; its reader can be used no more. */
    public void add(BlockReader reader) {
        add(reader.block(), Arrays.copyOf(reader.buffer(0), reader.block().lengthBytes()));
    }

    private void add(BlockInfo info, byte[] bytes) {
        infos.add(info);
        blocks.add(bytes);
        BlockReader reader = reader(infos.size() - 1);
        while (reader.next()) {
            EventView view = new EventView();
            assertThat(view.wrap(bytes, reader.event().offset(), reader.event().length()))
                    .isNull();
            events.add(view);
            blockOf.add(infos.size() - 1);
        }
    }

    /** Takes events out of the blocks, as a segment that is written anew has them. */
    void remove(IntPredicate removed) {
        int event = 0;
        for (int block = 0; block < blocks.size(); block++) {
            byte[] bytes = blocks.get(block);
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            int at = Block.ENVELOPE_BYTES;
            for (int i = 0; i < infos.get(block).count(); i++, event++) {
                int length = buffer.getInt(at) & ~Block.REMOVED_BIT;
                if (removed.test(event)) {
                    buffer.putInt(at, length | Block.REMOVED_BIT);
                    Arrays.fill(bytes, at + Integer.BYTES, at + Integer.BYTES + length, (byte) 0);
                    buffer.putShort(Block.FLAGS_AT, (short) Block.FLAG_REDUCED);
                    events.set(event, null);
                }
                at += Integer.BYTES + length;
            }
        }
    }

    /** Whether there is such an event, and it was not removed. */
    boolean isThere(int event) {
        return events.get(event) != null;
    }

    public BlockReader reader(int block) {
        BlockReader reader = new BlockReader();
        byte[] bytes = blocks.get(block);
        System.arraycopy(bytes, 0, reader.buffer(bytes.length), 0, bytes.length);
        reader.begin(infos.get(block));
        return reader;
    }

    public BlockInfo info(int block) {
        return infos.get(block);
    }

    public int blocks() {
        return infos.size();
    }

    public int events() {
        return events.size();
    }

    /** Those among the first {@code limit} events that match. */
    public List<Integer> matching(EventFilter filter, TimeRange range, ShardHorizon horizon, int limit) {
        EventMatcher matcher = new EventMatcher(filter);
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < limit; i++) {
            if (events.get(i) != null
                    && matcher.matches(events.get(i))
                    && range.contains(events.get(i).timeNs())
                    && !horizon.hides(events.get(i), infos.get(0).firstSequence() + i)) {
                found.add(i);
            }
        }
        return found;
    }

    /** Whether a part finds what it should, in each way of asking, while nothing has expired. */
    public void check(IndexPart part, EventFilter filter, TimeRange range, String hint) {
        check(part, filter, range, ShardHorizon.NONE, hint);
    }

    /** Whether a part finds what it should of what has not expired, in each way of asking. */
    public void check(IndexPart part, EventFilter filter, TimeRange range, ShardHorizon horizon, String hint) {
        List<Integer> expected = matching(filter, range, horizon, part.events());
        EventSet found = part.search(filter, range, horizon);
        assertThat(toList(found))
                .as("%s: %s in %s by %s", hint, filter, range, horizon)
                .isEqualTo(expected);
        assertThat(found.size()).as(hint).isEqualTo(expected.size());
        assertThat(part.mayFind(filter) || expected.isEmpty())
                .as("%s: whether it may find %s", hint, filter)
                .isTrue();
        int half = part.events() / 2;
        assertThat(found.size(0, half) + found.size(half, part.events()))
                .as(hint)
                .isEqualTo(expected.size());
        List<Integer> backwards = new ArrayList<>();
        for (int event = found.previous(part.events() - 1); event >= 0; event = found.previous(event - 1)) {
            backwards.add(0, event);
        }
        assertThat(backwards).as(hint).isEqualTo(expected);
    }

    public static List<Integer> toList(EventSet set) {
        List<Integer> list = new ArrayList<>();
        for (int event = set.next(0); event >= 0; event = set.next(event + 1)) {
            list.add(event);
        }
        return list;
    }

    /** Whether a part counts what it should. */
    public void checkCounts(IndexPart part, FilterField field, EventSet among, String hint) {
        Map<String, Integer> expected = new TreeMap<>();
        for (int event : toList(among)) {
            FieldValues.of(events.get(event), field, value -> expected.merge(value, 1, Integer::sum));
        }
        Map<String, Integer> counted = new TreeMap<>();
        part.count(
                field,
                among,
                (value, count) -> assertThat(counted.put(value, count))
                        .as("%s twice", value)
                        .isNull());
        assertThat(counted).as("%s by %s", hint, field).isEqualTo(expected);
    }

    /** Whether a part knows where its events are, and when they were. */
    public void checkPlaces(IndexPart part, int firstBlock) {
        CRC32C crc = new CRC32C();
        for (int event = 0; event < part.events(); event++) {
            EventView view = events.get(event);
            int block = blockOf.get(event);
            assertThat(part.blockOf(event)).isEqualTo(firstBlock + block);
            if (view == null) {
                assertThat(part.timeNs(event)).isEqualTo(infos.get(block).minTimeNs());
                continue;
            }
            crc.reset();
            crc.update(view.bytes(), view.offset(), view.length());
            long sequence = infos.get(0).firstSequence() + event;
            assertThat(part.place(event))
                    .isEqualTo(new EventPlace(
                            firstBlock + block, sequence, view.offset(), view.length(), (int) crc.getValue()));
            assertThat(part.timeNs(event)).isEqualTo(view.timeNs());
        }
        assertThat(part.firstEvent(part.endBlock())).isEqualTo(part.events());
        assertThat(part.firstEvent(firstBlock)).isZero();
        assertThat(part.minTimeNs())
                .isEqualTo(infos.stream()
                        .limit(part.endBlock() - firstBlock)
                        .mapToLong(BlockInfo::minTimeNs)
                        .min()
                        .orElseThrow());
        assertThat(part.maxTimeNs())
                .isEqualTo(infos.stream()
                        .limit(part.endBlock() - firstBlock)
                        .mapToLong(BlockInfo::maxTimeNs)
                        .max()
                        .orElseThrow());
    }

    /** Whether a part finds the events of an id, and hardly any other. */
    public void checkId(IndexPart part, UUID id) {
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < part.events(); i++) {
            if (events.get(i) != null && events.get(i).id().equals(id)) {
                expected.add(i);
            }
        }
        List<Integer> found = toList(part.withId(id));
        assertThat(found).containsAll(expected);
        assertThat(found.size() - expected.size()).isLessThan(4);
    }
}
