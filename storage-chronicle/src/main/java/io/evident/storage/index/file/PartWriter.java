package io.evident.storage.index.file;

import io.evident.storage.index.active.ActivePart;
import io.evident.storage.index.active.ActiveView;
import io.evident.storage.index.events.Events;
import io.evident.storage.index.events.Numbers;
import io.evident.storage.index.part.IdSlots;
import io.evident.storage.index.part.IndexField;
import io.evident.storage.index.part.IndexHash;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.roaringbitmap.buffer.MutableRoaringBitmap;

/** Makes the bytes of a part's file of a part in memory; see {@link PartLayout}. Used once. */
public final class PartWriter {
    private static final int FIRST_BYTES = 1 << 16;
    private static final int BYTES_PER_EVENT = 64;
    private static final int TERMS_AT_ONCE = 16;
    private static final int VARINT_BYTES = 5;
    private static final int INLINE_BYTES = PartLayout.MAX_INLINE * VARINT_BYTES;

    private final ActiveView view;
    private final ByteBuffer inline = ByteBuffer.allocate(INLINE_BYTES);
    /** By field. */
    private final int[][] sortedTerms = new int[IndexField.fieldCount()][];

    private final PartFilter filter;
    private final PartRoom room;

    private ByteBuffer out;

    private PartWriter(ActiveView view, PartRoom room) {
        this.view = view;
        this.room = room;
        int keys = view.events();
        for (int field = 0; field < sortedTerms.length; field++) {
            sortedTerms[field] = view.terms(IndexField.at(field)).sorted();
            keys += sortedTerms[field].length;
        }
        this.filter = PartFilter.forKeys(keys);
        this.out = room.begin(FIRST_BYTES + view.events() * BYTES_PER_EVENT);
    }

    /** The whole file, in some room, of a part that nothing is added to any more, and that has a block. */
    public static ByteBuffer bytes(ActiveView view, PartRoom room) {
        return new PartWriter(view, room).write();
    }

    private ByteBuffer write() {
        out.put(new byte[PartLayout.HEADER_BYTES]);
        writeBlocksAndTimes();
        beginSection(PartLayout.OFFSET_SECTION_AT);
        for (int event = 0; event < view.events(); event++) {
            putNumber(view.offset(event), PartLayout.OFFSET_BYTES);
        }
        beginSection(PartLayout.CRC_SECTION_AT);
        for (int event = 0; event < view.events(); event++) {
            room(Integer.BYTES).putInt(view.crc(event));
        }
        beginSection(PartLayout.ID_SLOTS_AT);
        int[] idSlots = view.idSlots(IdSlots.slotsFor(view.events()));
        out.putInt(PartLayout.ID_SLOT_COUNT_AT, idSlots.length);
        putAll(idSlots);
        for (int field = 0; field < IndexField.fieldCount(); field++) {
            writeField(IndexField.at(field), sortedTerms[field], PartLayout.FIELDS_AT + field * PartLayout.FIELD_BYTES);
        }
        writeFilter();
        writeHeader();
        writeChecksums();
        return out.flip();
    }

    private void writeBlocksAndTimes() {
        beginSection(PartLayout.BLOCK_SECTION_AT);
        long timesAt = 0;
        for (int block = 0; block < view.blocks(); block++) {
            int width = timeBytes(block);
            room(PartLayout.BLOCK_BYTES)
                    .putInt(view.firstEventOf(block))
                    .putInt((int) timesAt | (width << PartLayout.TIME_WIDTH_SHIFT))
                    .putInt(view.lengthBytes(block))
                    .putLong(view.minTimeNs(block))
                    .putLong(view.maxTimeNs(block));
            timesAt += (long) width * (end(block) - view.firstEventOf(block));
        }
        beginSection(PartLayout.TIME_SECTION_AT);
        for (int block = 0; block < view.blocks(); block++) {
            for (int event = view.firstEventOf(block); event < end(block); event++) {
                putNumber(view.timeNs(block, event) - view.minTimeNs(block), timeBytes(block));
            }
        }
    }

    private int end(int block) {
        return block + 1 == view.blocks() ? view.events() : view.firstEventOf(block + 1);
    }

    /** How many bytes it takes to tell how far a time of a block is behind the smallest. */
    private int timeBytes(int block) {
        long span = view.maxTimeNs(block) - view.minTimeNs(block);
        return (Long.SIZE - Long.numberOfLeadingZeros(span) + Byte.SIZE - 1) / Byte.SIZE;
    }

    private void writeField(IndexField field, int[] sorted, int headerAt) {
        ActiveView.Terms terms = view.terms(field);
        int entriesAt = out.position();
        int[] slots = new int[PartLayout.slotsFor(sorted.length)];
        Arrays.fill(slots, PartLayout.NO_ENTRY);
        Numbers directory = new Numbers();
        int written = 0;
        for (int from = 0; from < sorted.length; from += TERMS_AT_ONCE) {
            Events[] events = terms.events(sorted, from, Math.min(TERMS_AT_ONCE, sorted.length - from));
            for (int i = 0; i < events.length; i++) {
                // A term of a block that could not be added as a whole has none.
                if (!events[i].isEmpty()) {
                    int term = sorted[from + i];
                    int entry = out.position() - entriesAt;
                    if (written++ % PartLayout.DIRECTORY_STEP == 0) {
                        directory.add(entry);
                    }
                    place(slots, terms.hash(term), entry);
                    filter.add(IndexHash.ofTermIn(field, terms.hash(term)));
                    writeEntry(terms.term(term), events[i]);
                }
            }
        }
        out.putInt(headerAt + 16, entriesAt);
        out.putInt(headerAt, out.position()).putInt(headerAt + 4, slots.length);
        putAll(slots);
        out.putInt(headerAt + 8, out.position()).putInt(headerAt + 12, directory.count());
        for (int i = 0; i < directory.count(); i++) {
            room(Integer.BYTES).putInt(directory.get(i));
        }
    }

    private static void place(int[] slots, int hash, int entry) {
        int at = IndexHash.home(hash, slots.length);
        while (slots[at] != PartLayout.NO_ENTRY) {
            at = at + 1 == slots.length ? 0 : at + 1;
        }
        slots[at] = entry;
    }

    private void writeFilter() {
        view.eachIdHash(filter::add);
        beginSection(PartLayout.FILTER_SECTION_AT);
        out.putInt(PartLayout.FILTER_WORDS_AT, filter.words());
        for (int i = 0; i < filter.words(); i++) {
            room(Integer.BYTES).putInt(filter.word(i));
        }
    }

    private void writeEntry(byte[] term, Events events) {
        putVarint(room(VARINT_BYTES), term.length);
        room(term.length).put(term);
        putVarint(room(VARINT_BYTES), events.size());
        if (events.size() <= PartLayout.MAX_INLINE) {
            inline.clear();
            int before = 0;
            for (int event = events.next(0); event >= 0; event = events.next(event + 1)) {
                putVarint(inline, event - before);
                before = event;
            }
            inline.flip();
            putVarint(room(VARINT_BYTES), inline.remaining());
            room(inline.remaining()).put(inline);
        } else {
            MutableRoaringBitmap bitmap = events.toBitmap().toMutableRoaringBitmap();
            bitmap.runOptimize();
            int length = bitmap.serializedSizeInBytes();
            putVarint(room(VARINT_BYTES), length);
            bitmap.serialize(room(length));
        }
    }

    private void writeHeader() {
        ActivePart part = view.part();
        out.putLong(0, PartLayout.MAGIC)
                .putInt(PartLayout.VERSION_AT, PartLayout.VERSION)
                .putInt(PartLayout.SHARD_AT, part.shard())
                .putInt(PartLayout.INCARNATION_AT, part.incarnation())
                .putInt(PartLayout.EVENTS_AT, view.events())
                .putInt(PartLayout.BLOCKS_AT, view.blocks())
                .putInt(PartLayout.DATA_BYTES_AT, out.position())
                .putLong(PartLayout.FIRST_SEQUENCE_AT, part.firstSequence())
                .putLong(PartLayout.FINGERPRINT_AT, part.fingerprint())
                .putLong(PartLayout.MIN_TIME_AT, view.minTimeNs())
                .putLong(PartLayout.MAX_TIME_AT, view.maxTimeNs())
                .putLong(PartLayout.SEED_AT, view.hash().seed());
        out.putInt(PartLayout.HEADER_CRC_AT, crc(0, PartLayout.HEADER_CRC_AT));
    }

    private void writeChecksums() {
        int dataBytes = out.position();
        for (int at = 0; at < dataBytes; at += PartLayout.PAGE_BYTES) {
            int crc = crc(at, Math.min(PartLayout.PAGE_BYTES, dataBytes - at));
            room(Integer.BYTES).putInt(crc);
        }
        int crc = crc(dataBytes, out.position() - dataBytes);
        room(Integer.BYTES).putInt(crc);
    }

    private int crc(int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(out.slice(at, length));
        return (int) crc.getValue();
    }

    private void beginSection(int headerAt) {
        out.putInt(headerAt, out.position());
    }

    private void putAll(int[] numbers) {
        room(numbers.length * Integer.BYTES);
        for (int number : numbers) {
            out.putInt(number);
        }
    }

    private void putNumber(long number, int bytes) {
        room(bytes);
        for (int i = 0; i < bytes; i++) {
            out.put((byte) (number >>> (i * Byte.SIZE)));
        }
    }

    /** Seven bits a byte, the lowest first; the highest bit says that more follow. */
    private static void putVarint(ByteBuffer to, int number) {
        int rest = number;
        while (rest > 0x7F) {
            to.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        to.put((byte) rest);
    }

    private ByteBuffer room(int bytes) {
        if (out.remaining() < bytes) {
            int length = Math.addExact(out.position(), Math.max(bytes, out.position()));
            out = room.larger(length);
        }
        return out;
    }
}
