package io.evident.storage.index.active;

import io.evident.storage.index.events.Events;
import io.evident.storage.index.part.FieldTerms;
import io.evident.storage.index.part.IdSlots;
import io.evident.storage.index.part.IndexField;
import io.evident.storage.index.part.IndexHash;
import io.evident.storage.index.part.PartView;
import io.evident.storage.index.part.TermRange;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

/** A part in memory as it was after some block. */
public final class ActiveView extends PartView {
    private final ActivePart part;
    private final ActiveColumns columns;
    private final int events;
    private final int blocks;
    private final int[] ends;

    /** @param ends where the records of each field end, by its ordinal */
    ActiveView(ActivePart part, int events, int blocks, int[] ends) {
        super(part.firstBlock(), part.firstSequence());
        this.part = part;
        this.columns = part.columns();
        this.events = events;
        this.blocks = blocks;
        this.ends = ends;
    }

    /** The part it is of. */
    public ActivePart part() {
        return part;
    }

    @Override
    public int events() {
        return events;
    }

    @Override
    public int blocks() {
        return blocks;
    }

    @Override
    public long minTimeNs() {
        return columns.minTimeThrough(blocks - 1);
    }

    @Override
    public long maxTimeNs() {
        return columns.maxTimeThrough(blocks - 1);
    }

    @Override
    public int firstEventOf(int block) {
        return columns.firstEvent(block);
    }

    @Override
    public int lengthBytes(int block) {
        return columns.lengthBytes(block);
    }

    @Override
    public long minTimeNs(int block) {
        return columns.minTimeNs(block);
    }

    @Override
    public long maxTimeNs(int block) {
        return columns.maxTimeNs(block);
    }

    @Override
    public long timeNs(int block, int event) {
        return columns.timeNs(event);
    }

    @Override
    public int offset(int event) {
        return columns.offset(event);
    }

    @Override
    public int crc(int event) {
        return columns.crc(event);
    }

    /** A table of so many slots from ids to its events, without those that were removed. */
    public int[] idSlots(int slotCount) {
        return columns.idSlots(events, slotCount);
    }

    /** Tells the hashes of the ids of its events, without those that were removed. */
    public void eachIdHash(LongConsumer hashes) {
        columns.eachId(0, events, (event, hash) -> hashes.accept(hash));
    }

    @Override
    protected void findId(long hash, IntConsumer found) {
        int[] slots = columns.idSlots();
        IdSlots.find(at -> slots[at], slots.length, hash, event -> {
            // What came later may be in the table already.
            if (event < events) {
                found.accept(event);
            }
        });
    }

    @Override
    public IndexHash hash() {
        return IndexHash.ofProcess();
    }

    @Override
    public Terms terms(IndexField field) {
        return new Terms(part.field(field), ends[field.ordinal()], events);
    }

    /** The terms of a field as they were then; handles are their records. */
    public static final class Terms implements FieldTerms {
        private final ActiveField field;
        private final int end;
        private final int events;

        Terms(ActiveField field, int end, int events) {
            this.field = field;
            this.end = end;
            this.events = events;
        }

        TermRecords records() {
            return field.records();
        }

        /** All handles, in the order of their terms' bytes. */
        public int[] sorted() {
            return new TermSort(this).sorted();
        }

        /** The hash of a term. */
        public int hash(int handle) {
            return field.records().hash(handle);
        }

        /** Tells all handles. */
        void each(IntConsumer handles) {
            TermRecords records = field.records();
            for (int record = records.first(); record < end; record = records.behind(record)) {
                handles.accept(record);
            }
        }

        @Override
        public int find(byte[] term) {
            return field.find(term, end);
        }

        @Override
        public void scan(TermRange range, IntConsumer handles) {
            each(record -> {
                boolean isBefore = range.to() == null || field.records().compare(record, range.to()) < 0;
                if (isBefore && field.records().compare(record, range.from()) >= 0) {
                    handles.accept(record);
                }
            });
        }

        @Override
        public int estimate(int handle) {
            return field.records().count(handle);
        }

        @Override
        public Events events(int handle) {
            return field.events(handle, events);
        }

        /** The events of so many handles, from one on. */
        public Events[] events(int[] handles, int from, int count) {
            return field.events(handles, from, count, events);
        }

        @Override
        public byte[] term(int handle) {
            return field.records().term(handle);
        }
    }
}
