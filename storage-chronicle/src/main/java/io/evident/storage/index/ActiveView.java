package io.evident.storage.index;

import java.util.function.IntConsumer;

/** A part in memory as it was after some block. */
final class ActiveView extends PartView {
    private final ActivePart part;
    private final ActiveColumns columns;
    private final int events;
    private final int blocks;
    private final int[] terms;

    /** @param terms how many terms each field has, by its ordinal */
    ActiveView(ActivePart part, int events, int blocks, int[] terms) {
        super(part.firstBlock(), part.firstSequence());
        this.part = part;
        this.columns = part.columns();
        this.events = events;
        this.blocks = blocks;
        this.terms = terms;
    }

    /** The part it is of. */
    ActivePart part() {
        return part;
    }

    @Override
    public int events() {
        return events;
    }

    @Override
    int blocks() {
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
    int firstEventOf(int block) {
        return columns.firstEvent(block);
    }

    @Override
    int lengthBytes(int block) {
        return columns.lengthBytes(block);
    }

    @Override
    long minTimeNs(int block) {
        return columns.minTimeNs(block);
    }

    @Override
    long maxTimeNs(int block) {
        return columns.maxTimeNs(block);
    }

    @Override
    long timeNs(int block, int event) {
        return columns.timeNs(event);
    }

    @Override
    int offset(int event) {
        return columns.offset(event);
    }

    @Override
    int crc(int event) {
        return columns.crc(event);
    }

    @Override
    void findId(long hash, IntConsumer found) {
        int[] slots = columns.idSlots();
        IdSlots.find(at -> slots[at], slots.length, hash, event -> {
            // What came later may be in the table already.
            if (event < events) {
                found.accept(event);
            }
        });
    }

    @Override
    Terms terms(IndexField field) {
        return new Terms(part.field(field), terms[field.ordinal()], events);
    }

    /** The terms of a field as they were then. */
    static final class Terms implements FieldTerms {
        private final ActiveField field;
        private final int terms;
        private final int events;

        Terms(ActiveField field, int terms, int events) {
            this.field = field;
            this.terms = terms;
            this.events = events;
        }

        /** How many there are; their handles are the numbers below. */
        int count() {
            return terms;
        }

        int hash(int handle) {
            return field.hash(handle);
        }

        int compare(int one, int other) {
            return field.compare(one, other);
        }

        @Override
        public int find(byte[] term) {
            return field.find(term, terms);
        }

        @Override
        public void scan(TermRange range, IntConsumer handles) {
            for (int term = 0; term < terms; term++) {
                if (field.isWithin(term, range)) {
                    handles.accept(term);
                }
            }
        }

        @Override
        public int estimate(int handle) {
            return field.count(handle);
        }

        @Override
        public Events events(int handle) {
            return field.events(handle, events);
        }

        @Override
        public byte[] term(int handle) {
            return field.term(handle);
        }
    }
}
