package io.evident.storage.index.file;

import io.evident.storage.index.events.Events;
import io.evident.storage.index.part.FieldTerms;
import io.evident.storage.index.part.IndexField;
import io.evident.storage.index.part.IndexHash;
import io.evident.storage.index.part.TermRange;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.function.LongPredicate;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/** The terms of a field in a part's file. A handle is where a term's entry begins. Thread-safe. */
final class FileTerms implements FieldTerms {
    private final CheckedFile file;
    private final LongPredicate mayHave;
    private final IndexField field;
    private final IndexHash hash;
    private final int slotsAt;
    private final int slots;
    private final int directoryAt;
    private final int directory;
    private final int entriesAt;

    /**
     * The terms of a field.
     *
     * @param mayHave false for keys of {@link PartFilter} that the part does not have
     */
    FileTerms(CheckedFile file, LongPredicate mayHave, IndexField field, IndexHash hash, ByteBuffer header) {
        int at = PartLayout.FIELDS_AT + field.ordinal() * PartLayout.FIELD_BYTES;
        this.file = file;
        this.mayHave = mayHave;
        this.field = field;
        this.hash = hash;
        this.slotsAt = header.getInt(at);
        this.slots = header.getInt(at + 4);
        this.directoryAt = header.getInt(at + 8);
        this.directory = header.getInt(at + 12);
        this.entriesAt = header.getInt(at + 16);
    }

    /** A place among the entries. */
    private final class Cursor {
        private int at;
        private int termLength;
        private int termAt;
        private int count;
        private int postingsAt;
        private int postingsLength;

        Cursor(int handle) {
            read(entriesAt + handle);
        }

        private void read(int entry) {
            at = entry;
            termLength = varint();
            termAt = at;
            at += termLength;
            count = varint();
            postingsLength = varint();
            postingsAt = at;
        }

        private int varint() {
            int number = 0;
            int shift = 0;
            int next = file.byteAt(at++);
            while (next > 0x7F) {
                number |= (next & 0x7F) << shift;
                shift += 7;
                next = file.byteAt(at++);
            }
            return number | (next << shift);
        }

        byte[] term() {
            return file.copy(termAt, termLength);
        }

        Events events() {
            if (count > PartLayout.MAX_INLINE) {
                return Events.bitmap(bitmap());
            }
            at = postingsAt;
            int[] events = new int[count];
            int event = 0;
            for (int i = 0; i < count; i++) {
                event += varint();
                events[i] = event;
            }
            return Events.list(events, 0, count);
        }

        /** A look at each of them takes a word or two of the bitmap, which stays where it is. */
        Events only(Events among) {
            if (count <= PartLayout.MAX_INLINE) {
                return among.and(events());
            }
            return among.only(bitmap()::contains);
        }

        /** Where it stands: most of what is asked about takes a few of its words. */
        private ImmutableRoaringBitmap bitmap() {
            return new ImmutableRoaringBitmap(file.slice(postingsAt, postingsLength));
        }

        /** Moves to the entry behind; false at the end. The slots stand behind the last entry. */
        boolean next() {
            int behind = postingsAt + postingsLength;
            if (behind >= slotsAt) {
                return false;
            }
            read(behind);
            return true;
        }

        int handleBehind() {
            return postingsAt + postingsLength - entriesAt;
        }
    }

    @Override
    public boolean mayHave(byte[] term) {
        return mayHave.test(IndexHash.ofTermIn(field, hash.ofTerm(term, 0, term.length)));
    }

    @Override
    public int find(byte[] term) {
        int hashed = hash.ofTerm(term, 0, term.length);
        if (!mayHave.test(IndexHash.ofTermIn(field, hashed))) {
            return NONE;
        }
        int at = IndexHash.home(hashed, slots);
        while (true) {
            int handle = file.intAt(slotsAt + at * Integer.BYTES);
            if (handle == PartLayout.NO_ENTRY) {
                return NONE;
            }
            Cursor cursor = new Cursor(handle);
            if (cursor.termLength == term.length && Arrays.equals(cursor.term(), term)) {
                return handle;
            }
            at = at + 1 == slots ? 0 : at + 1;
        }
    }

    @Override
    public void scan(TermRange range, IntConsumer handles) {
        if (directory == 0) {
            return;
        }
        int handle = directoryEntry(lastStepBefore(range.from()));
        Cursor cursor = new Cursor(handle);
        while (true) {
            byte[] term = cursor.term();
            if (!range.endsBehind(term)) {
                return;
            }
            if (Arrays.compareUnsigned(term, range.from()) >= 0) {
                handles.accept(handle);
            }
            handle = cursor.handleBehind();
            if (!cursor.next()) {
                return;
            }
        }
    }

    /** The last step of the directory whose entry is not behind a term, or the first. */
    private int lastStepBefore(byte[] term) {
        int low = 0;
        int high = directory - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (Arrays.compareUnsigned(term(directoryEntry(middle)), term) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private int directoryEntry(int step) {
        return file.intAt(directoryAt + step * Integer.BYTES);
    }

    @Override
    public int estimate(int handle) {
        return new Cursor(handle).count;
    }

    @Override
    public Events events(int handle) {
        return new Cursor(handle).events();
    }

    @Override
    public Events only(int handle, Events among) {
        return new Cursor(handle).only(among);
    }

    @Override
    public byte[] term(int handle) {
        return new Cursor(handle).term();
    }
}
