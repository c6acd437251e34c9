package io.evident.sharding;

import io.evident.event.EventView;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.EventMatcher;
import io.evident.pipeline.filter.FieldValues;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.index.BlockRuns;
import io.evident.pipeline.index.EventSet;
import io.evident.pipeline.index.IndexDamagedException;
import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.index.IndexedEvent;
import io.evident.pipeline.index.ShardIndex;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.ShardHorizon;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An index that looks at every event; its parts are made by the test. */
public final class MemoryIndex implements ShardIndex {
    private final MemoryShard shard;
    private final List<IndexPart> parts = new CopyOnWriteArrayList<>();

    public MemoryIndex(MemoryShard shard) {
        this.shard = shard;
    }

    @Override
    public List<IndexPart> parts() {
        return List.copyOf(parts);
    }

    /** Covers some blocks that are not covered, of one incarnation. */
    public void cover(int firstBlock, int endBlock) {
        parts.add(new Part(firstBlock, endBlock));
        parts.sort(Comparator.comparingInt(IndexPart::firstBlock));
    }

    /** Lets go of the parts that cover a block. */
    public void drop(int block) {
        parts.removeIf(part -> part.firstBlock() <= block && block < part.endBlock());
    }

    /** The next question to a part finds it damaged, and it is let go of. */
    public void damage(int part) {
        ((Part) parts.get(part)).damaged = true;
    }

    private record Entry(int block, EventView event, EventPlace place) {}

    private final class Part implements IndexPart {
        private final int firstBlock;
        private final int endBlock;
        private final List<Entry> entries = new ArrayList<>();
        private boolean damaged;

        Part(int firstBlock, int endBlock) {
            this.firstBlock = firstBlock;
            this.endBlock = endBlock;
            for (int block = firstBlock; block < endBlock; block++) {
                for (EventPlace place : shard.places(block)) {
                    EventView view = new EventView();
                    byte[] bytes = shard.bytesOf(block, place);
                    view.wrap(bytes, 0, bytes.length);
                    entries.add(new Entry(block, view, place));
                }
            }
        }

        @Override
        public int firstBlock() {
            return firstBlock;
        }

        @Override
        public int endBlock() {
            return endBlock;
        }

        @Override
        public int events() {
            return entries.size();
        }

        @Override
        public int firstEvent(int block) {
            return (int) entries.stream().filter(entry -> entry.block() < block).count();
        }

        @Override
        public int blockOf(int event) {
            return entries.get(event).block();
        }

        @Override
        public long minTimeNs() {
            return IntStream.range(firstBlock, endBlock)
                    .mapToObj(shard::block)
                    .mapToLong(BlockInfo::minTimeNs)
                    .min()
                    .orElseThrow();
        }

        @Override
        public long maxTimeNs() {
            return IntStream.range(firstBlock, endBlock)
                    .mapToObj(shard::block)
                    .mapToLong(BlockInfo::maxTimeNs)
                    .max()
                    .orElseThrow();
        }

        @Override
        public BlockRuns runs() {
            return new BlockRuns(
                    firstBlock,
                    endBlock,
                    this::firstEvent,
                    block -> shard.block(block).minTimeNs(),
                    block -> shard.block(block).maxTimeNs());
        }

        @Override
        public long timeNs(int event) {
            return entries.get(event).event().timeNs();
        }

        @Override
        public EventPlace place(int event) {
            return entries.get(event).place();
        }

        @Override
        public long[] timesNs(int block, EventSet among) {
            return eventsOf(block, among).stream()
                    .mapToLong(IndexedEvent::timeNs)
                    .toArray();
        }

        @Override
        public List<IndexedEvent> eventsOf(int block, EventSet among) {
            List<IndexedEvent> events = new ArrayList<>();
            for (int event = among.next(firstEvent(block)); event >= 0 && event < firstEvent(block + 1); ) {
                events.add(new IndexedEvent(timeNs(event), place(event)));
                event = event + 1 < events() ? among.next(event + 1) : -1;
            }
            return events;
        }

        @Override
        public EventSet search(EventFilter filter, TimeRange range, ShardHorizon horizon) {
            EventMatcher matcher = new EventMatcher(new EventFilter(filter.scope(), filter.conditions(), null));
            return set(event -> {
                Entry entry = entries.get(event);
                return range.contains(timeNs(event))
                        && matcher.matches(entry.event())
                        && !horizon.hides(entry.event(), entry.place().sequence());
            });
        }

        @Override
        public EventSet withId(UUID id) {
            // One bit of it is enough for a candidate: whoever asks has to look.
            return set(event -> (entries.get(event).event().idLow() & 1) == (id.getLeastSignificantBits() & 1));
        }

        @Override
        public void count(FilterField field, EventSet among, ValueCounts counts) {
            Map<String, Integer> byValue = new TreeMap<>();
            for (int i = among.next(0); i >= 0; i = among.next(i + 1)) {
                FieldValues.of(entries.get(i).event(), field, value -> byValue.merge(value, 1, Integer::sum));
            }
            byValue.forEach(counts::add);
        }

        private EventSet set(IntPredicate wanted) {
            if (damaged) {
                parts.remove(this);
                throw new IndexDamagedException("a part that the test has damaged");
            }
            return new Numbers(
                    IntStream.range(0, events()).filter(wanted).boxed().collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    private record Numbers(TreeSet<Integer> events) implements EventSet {
        @Override
        public int size() {
            return events.size();
        }

        @Override
        public int size(int from, int to) {
            return events.subSet(from, to).size();
        }

        @Override
        public int next(int from) {
            Integer next = events.ceiling(from);
            return next == null ? -1 : next;
        }

        @Override
        public int previous(int from) {
            Integer previous = events.floor(from);
            return previous == null ? -1 : previous;
        }
    }
}
