package io.evident.storage.index.file;

import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.index.BlockRuns;
import io.evident.pipeline.index.EventSet;
import io.evident.pipeline.index.IndexDamagedException;
import io.evident.pipeline.index.IndexedEvent;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.index.events.Events;
import io.evident.storage.index.part.FieldTerms;
import io.evident.storage.index.part.IdSlots;
import io.evident.storage.index.part.IndexField;
import io.evident.storage.index.part.IndexHash;
import io.evident.storage.index.part.PartView;
import io.evident.storage.index.part.ShardPart;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** A part in a file. */
public final class FilePart extends PartView implements ShardPart {
    private final Path path;
    private final PartHeader header;
    private final BlockRuns runs;
    private final CheckedFile file;
    private final FileTerms[] terms = new FileTerms[IndexField.fieldCount()];
    private final IndexHash hash;
    private final int idSlotCount;
    private final int blocksAt;
    private final int timesAt;
    private final int offsetsAt;
    private final int crcsAt;
    private final int idSlotsAt;
    private final int filterAt;
    private final int filterWords;
    /** {@code null} while it is not kept in memory. */
    private volatile PartFilter filter;

    private FilePart(Path path, PartHeader header, int firstBlock, BlockRuns runs, CheckedFile file) {
        super(firstBlock, header.firstSequence());
        this.path = path;
        this.header = header;
        this.runs = runs;
        this.file = file;
        ByteBuffer bytes = header.bytes();
        blocksAt = bytes.getInt(PartLayout.BLOCK_SECTION_AT);
        timesAt = bytes.getInt(PartLayout.TIME_SECTION_AT);
        offsetsAt = bytes.getInt(PartLayout.OFFSET_SECTION_AT);
        crcsAt = bytes.getInt(PartLayout.CRC_SECTION_AT);
        idSlotsAt = bytes.getInt(PartLayout.ID_SLOTS_AT);
        idSlotCount = bytes.getInt(PartLayout.ID_SLOT_COUNT_AT);
        filterAt = bytes.getInt(PartLayout.FILTER_SECTION_AT);
        filterWords = bytes.getInt(PartLayout.FILTER_WORDS_AT);
        hash = new IndexHash(bytes.getLong(PartLayout.SEED_AT));
        for (int i = 0; i < terms.length; i++) {
            terms[i] = new FileTerms(file, this::mayHave, IndexField.at(i), hash, bytes);
        }
    }

    /**
     * Opens a part, of which nothing but its header is looked at.
     *
     * @param path where it is
     * @param bytes the whole file
     * @param firstBlock its first block in the shard
     * @param runs its blocks in runs, as the journal knows them
     * @param onDamage is told, at least once, when something is not what was written
     * @throws IndexDamagedException when that shows already
     */
    public static FilePart open(
            Path path, ByteBuffer bytes, PartHeader header, int firstBlock, BlockRuns runs, Runnable onDamage) {
        ByteBuffer whole = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        try {
            CheckedFile file = new CheckedFile(path.toString(), whole, header.dataBytes(), onDamage);
            return new FilePart(path, header, firstBlock, runs, file);
        } catch (InternalError e) {
            throw new IndexDamagedException(path + ": it cannot be read", e);
        }
    }

    @Override
    public FilePart view() {
        return file.isDamaged() ? null : this;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Its length. */
    public int sizeBytes() {
        return file.sizeBytes();
    }

    @Override
    public int events() {
        return header.events();
    }

    @Override
    protected int blocks() {
        return header.blocks();
    }

    @Override
    public long minTimeNs() {
        return header.minTimeNs();
    }

    @Override
    public long maxTimeNs() {
        return header.maxTimeNs();
    }

    @Override
    public BlockRuns runs() {
        return runs;
    }

    @Override
    protected BlockRuns runsIfMade() {
        return runs;
    }

    @Override
    protected int firstEventOf(int block) {
        return file.intAt(blockAt(block));
    }

    @Override
    protected int lengthBytes(int block) {
        return file.intAt(blockAt(block) + 8);
    }

    @Override
    protected long minTimeNs(int block) {
        return file.longAt(blockAt(block) + 12);
    }

    @Override
    protected long maxTimeNs(int block) {
        return file.longAt(blockAt(block) + 20);
    }

    private int blockAt(int block) {
        return blocksAt + block * PartLayout.BLOCK_BYTES;
    }

    @Override
    protected long timeNs(int block, int event) {
        int place = file.intAt(blockAt(block) + 4);
        int width = place >>> PartLayout.TIME_WIDTH_SHIFT;
        int from = place & ((1 << PartLayout.TIME_WIDTH_SHIFT) - 1);
        return minTimeNs(block) + file.numberAt(timesAt + from + (event - firstEventOf(block)) * width, width);
    }

    @Override
    protected int offset(int event) {
        return (int) file.numberAt(offsetsAt + event * PartLayout.OFFSET_BYTES, PartLayout.OFFSET_BYTES);
    }

    @Override
    protected int crc(int event) {
        return file.intAt(crcsAt + event * Integer.BYTES);
    }

    /** Bytes of memory that its filter takes. */
    public int filterBytes() {
        return filterWords * Integer.BYTES;
    }

    /** Whether its filter is in memory. */
    public boolean hasFilter() {
        return filter != null;
    }

    /**
     * Reads its filter into memory: from then on most ids and terms that it does not have are known without the file. Any
     * thread.
     *
     * @throws IndexDamagedException when it is not what was written
     */
    public void keepFilter() {
        searched(() -> {
            if (!PartFilter.isOne(filterWords)) {
                throw file.damaged("its filter has " + filterWords + " words", null);
            }
            file.fetch(filterAt, filterBytes());
            PartFilter read = PartFilter.of(filterWords, word -> file.intAt(filterAt + word * Integer.BYTES));
            CheckedFile.awaitFaults();
            filter = read;
            return null;
        });
    }

    /** Lets go of the filter in memory. Any thread. */
    public void dropFilter() {
        filter = null;
    }

    private boolean mayHave(long key) {
        PartFilter known = filter;
        return known == null || known.mayHave(key);
    }

    @Override
    protected void findId(long hash, IntConsumer found) {
        IdSlots.find(slot -> file.intAt(idSlotsAt + slot * Integer.BYTES), idSlotCount, hash, found);
    }

    @Override
    protected IndexHash hash() {
        return hash;
    }

    @Override
    protected FieldTerms terms(IndexField field) {
        return terms[field.ordinal()];
    }

    // ---- what looks inside takes pages that cannot be read for damage ----

    @Override
    public int firstEvent(int block) {
        return guarded(() -> super.firstEvent(block));
    }

    @Override
    public int blockOf(int event) {
        return guarded(() -> super.blockOf(event));
    }

    @Override
    public long timeNs(int event) {
        return guarded(() -> super.timeNs(event));
    }

    @Override
    public EventPlace place(int event) {
        return guarded(() -> super.place(event));
    }

    @Override
    public long[] timesNs(int block, EventSet among) {
        return searched(() -> super.timesNs(block, inFile(among)));
    }

    @Override
    public List<IndexedEvent> eventsOf(int block, EventSet among) {
        return searched(() -> super.eventsOf(block, inFile(among)));
    }

    @Override
    public EventSet search(EventFilter filter, TimeRange range, ShardHorizon horizon) {
        return searched(() -> found(filter, range, horizon).onHeap());
    }

    @Override
    public EventSet withId(UUID id) {
        long hashed = hash.ofId(id.getMostSignificantBits(), id.getLeastSignificantBits());
        return mayHave(hashed) ? searched(() -> super.withId(id)) : Events.NONE;
    }

    @Override
    public void count(FilterField field, EventSet among, ValueCounts counts) {
        searched(() -> {
            super.count(field, inFile(among), counts);
            return null;
        });
    }

    @Override
    public EventSet tally(EventFilter filter, TimeRange range, ShardHorizon horizon) {
        return searched(() -> new FileEvents(this, found(filter, range, horizon)));
    }

    /** What takes care of pages that cannot be read is needed once, not for every event. */
    private static EventSet inFile(EventSet events) {
        return events instanceof FileEvents inFile ? inFile.events() : events;
    }

    private Events found(EventFilter filter, TimeRange range, ShardHorizon horizon) {
        return Events.of(super.search(filter, range, horizon));
    }

    /** Nothing is said of what was found before it is certain that all of it was read. */
    <T> T searched(Supplier<T> inside) {
        return guarded(() -> {
            T found = inside.get();
            CheckedFile.awaitFaults();
            return found;
        });
    }

    private <T> T guarded(Supplier<T> inside) {
        try {
            return complaining(inside);
        } catch (InternalError e) {
            throw file.damaged("it cannot be read", e);
        }
    }

    /** Whatever a page that could not be read led to, the page is the reason. */
    private static <T> T complaining(Supplier<T> inside) {
        try {
            return inside.get();
        } catch (IndexDamagedException e) {
            throw e;
        } catch (RuntimeException e) {
            CheckedFile.awaitFaults();
            throw e;
        }
    }
}
