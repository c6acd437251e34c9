package io.evident.storage.index.part;

import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.index.BlockRuns;
import io.evident.pipeline.index.EventSet;
import io.evident.pipeline.index.IndexPart;
import io.evident.pipeline.index.IndexedEvent;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.index.events.Events;
import io.evident.storage.index.events.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.IntConsumer;

/** What every part can tell, from what those in memory and those in files know each in their own way. */
public abstract class PartView implements IndexPart {
    private final int firstBlock;
    private final long firstSequence;
    /** Made when it is first asked for. */
    private volatile BlockRuns runs;

    /**
     * A view of a part of a shard.
     *
     * @param firstBlock its first block in the shard
     * @param firstSequence of its first event
     */
    protected PartView(int firstBlock, long firstSequence) {
        this.firstBlock = firstBlock;
        this.firstSequence = firstSequence;
    }

    // Blocks are counted from 0 in all of these, events from 0 as everywhere.

    /** How many blocks there are. */
    protected abstract int blocks();

    /** The first event of a block. */
    protected abstract int firstEventOf(int block);

    /** The length of a block. */
    protected abstract int lengthBytes(int block);

    /** The smallest time of a block. */
    protected abstract long minTimeNs(int block);

    /** The largest time of a block. */
    protected abstract long maxTimeNs(int block);

    /** The time of an event, which is of this block. */
    protected abstract long timeNs(int block, int event);

    /** Where an event begins in its block. */
    protected abstract int offset(int event);

    /** The checksum of an event. */
    protected abstract int crc(int event);

    /** Tells the events whose ids may have a hash, in no order. */
    protected abstract void findId(long hash, IntConsumer found);

    /** The terms of a field. */
    protected abstract FieldTerms terms(IndexField field);

    /** What ids and terms are hashed with. */
    protected abstract IndexHash hash();

    /** The sequence of the first event. */
    final long firstSequence() {
        return firstSequence;
    }

    @Override
    public final int firstBlock() {
        return firstBlock;
    }

    @Override
    public final int endBlock() {
        return firstBlock + blocks();
    }

    @Override
    public int firstEvent(int block) {
        int index = Objects.checkIndex(block - firstBlock, blocks() + 1);
        return index == blocks() ? events() : firstEventOf(index);
    }

    @Override
    public BlockRuns runs() {
        BlockRuns known = runs;
        if (known == null) {
            known = new BlockRuns(
                    firstBlock,
                    endBlock(),
                    this::firstEvent,
                    block -> minTimeNs(block - firstBlock),
                    block -> maxTimeNs(block - firstBlock));
            runs = known;
        }
        return known;
    }

    @Override
    public int blockOf(int event) {
        return firstBlock + indexOfBlock(event);
    }

    /** Its runs, unless it takes a look at all its blocks to have them: {@code null} then. */
    protected BlockRuns runsIfMade() {
        return runs;
    }

    private int indexOfBlock(int event) {
        Objects.checkIndex(event, events());
        BlockRuns known = runsIfMade();
        int run = known == null ? 0 : known.runOf(event);
        int low = known == null ? 0 : known.firstBlock(run) - firstBlock;
        int high = (known == null ? blocks() : known.endBlock(run) - firstBlock) - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (firstEventOf(middle) <= event) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    @Override
    public long timeNs(int event) {
        return timeNs(indexOfBlock(event), event);
    }

    @Override
    public long[] timesNs(int block, EventSet among) {
        int index = Objects.checkIndex(block - firstBlock, blocks());
        Numbers inBlock = inBlock(index, among);
        long[] timesNs = new long[inBlock.count()];
        for (int i = 0; i < timesNs.length; i++) {
            timesNs[i] = timeNs(index, inBlock.get(i));
        }
        return timesNs;
    }

    @Override
    public List<IndexedEvent> eventsOf(int block, EventSet among) {
        int index = Objects.checkIndex(block - firstBlock, blocks());
        Numbers inBlock = inBlock(index, among);
        List<IndexedEvent> events = new ArrayList<>(inBlock.count());
        for (int i = 0; i < inBlock.count(); i++) {
            int event = inBlock.get(i);
            events.add(new IndexedEvent(timeNs(index, event), place(index, event)));
        }
        return events;
    }

    private Numbers inBlock(int block, EventSet among) {
        Numbers events = new Numbers();
        int end = endEventOf(block);
        for (int event = among.next(firstEventOf(block)); event >= 0 && event < end; ) {
            events.add(event);
            event = event + 1 < end ? among.next(event + 1) : -1;
        }
        return events;
    }

    private int endEventOf(int block) {
        return block + 1 == blocks() ? events() : firstEventOf(block + 1);
    }

    @Override
    public boolean mayFind(EventFilter filter) {
        return PartSearch.mayFind(this, filter);
    }

    @Override
    public EventPlace place(int event) {
        return place(indexOfBlock(event), event);
    }

    private EventPlace place(int block, int event) {
        int offset = offset(event);
        boolean isLast = event + 1 == endEventOf(block);
        // In front of the next event stands its length.
        int end = isLast ? lengthBytes(block) : offset(event + 1) - Integer.BYTES;
        return new EventPlace(firstBlock + block, firstSequence + event, offset, end - offset, crc(event));
    }

    @Override
    public EventSet search(EventFilter filter, TimeRange range, ShardHorizon horizon) {
        return new PartSearch(this, range, horizon).run(filter);
    }

    @Override
    public EventSet withId(UUID id) {
        Numbers found = new Numbers();
        findId(hash().ofId(id.getMostSignificantBits(), id.getLeastSignificantBits()), found::add);
        return found.sorted();
    }

    @Override
    public void count(FilterField field, EventSet among, ValueCounts counts) {
        IndexField counted = IndexField.counted(field);
        FieldTerms terms = terms(counted);
        Events events = Events.of(among);
        if (events.isEmpty()) {
            return;
        }
        terms.scan(TermRange.ALL, handle -> {
            int count = terms.events(handle).common(events);
            if (count > 0) {
                counts.add(counted.answer(terms.term(handle)), count);
            }
        });
    }
}
