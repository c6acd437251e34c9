package io.evident.storage.index.active;

import io.evident.event.EventView;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.storage.index.part.IndexField;
import io.evident.storage.index.part.IndexHash;
import io.evident.storage.index.part.ShardPart;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A part in memory, to which one thread adds block after block. Any thread reads what {@link #view} shows, also while more
 * is added: a view is made with each block and published by one volatile write.
 */
public final class ActivePart implements ShardPart {
    /** Most events of a part: their numbers have 18 bits. */
    public static final int MAX_EVENTS = 1 << 18;
    /** Bytes of different terms from which on no block is added, so that large values do not make a part large. */
    static final int MAX_TERM_BYTES = 1 << 24;
    /** Labels of all events together from which on no block is added. */
    private static final int MAX_LABELS = 1 << 20;
    /** What one block may add behind that. */
    private static final int LABEL_ROOM = 1 << 17;

    private final int shard;
    private final int firstBlock;
    private final int segment;
    private final int incarnation;
    private final long firstSequence;
    private final ActiveField[] fields = new ActiveField[IndexField.fieldCount()];
    private final ActiveColumns columns = new ActiveColumns();
    private final CRC32C crc = new CRC32C();
    private long fingerprint = IndexHash.NO_BLOCKS;
    private boolean isSpoilt;
    private volatile ActiveView view;

    /** Begins with a block. */
    public ActivePart(int shard, int firstBlock, BlockInfo info) {
        this.shard = shard;
        this.firstBlock = firstBlock;
        this.segment = info.segment();
        this.incarnation = info.incarnation();
        this.firstSequence = info.firstSequence();
        Arrays.setAll(fields, ActivePart::field);
        view = new ActiveView(this, 0, 0, new int[fields.length]);
    }

    private static ActiveField field(int ordinal) {
        boolean labels = IndexField.at(ordinal) == IndexField.LABEL;
        return new ActiveField(labels ? MAX_LABELS + LABEL_ROOM : ActiveField.MAX_POSTINGS, labels);
    }

    /** Whether the next block belongs to it as well. */
    public boolean takes(BlockInfo info) {
        ActiveView now = view;
        return info.segment() == segment
                && info.incarnation() == incarnation
                && info.firstSequence() == firstSequence + now.events()
                && now.events() + info.count() <= MAX_EVENTS
                && fields[IndexField.LABEL.ordinal()].postings() < MAX_LABELS
                && termBytes() < MAX_TERM_BYTES
                && !isSpoilt;
    }

    private int termBytes() {
        int bytes = 0;
        for (ActiveField field : fields) {
            bytes += field.records().termBytes();
        }
        return bytes;
    }

    /**
     * Adds a block, which {@link #takes} has to have said yes to. Events that its reader passes over were removed; they keep
     * their numbers. After a failure nothing more can be added, and nothing of the block is seen.
     *
     * @param terms to work with
     * @throws IllegalStateException when the block's inside contradicts its envelope
     */
    public void add(BlockReader block, BlockTerms terms) {
        BlockInfo info = block.block();
        ActiveView before = view;
        isSpoilt = true;
        int end = addEvents(before.events(), block, terms);
        for (int i = 0; i < fields.length; i++) {
            IndexField field = IndexField.at(i);
            if (field != IndexField.LABEL) {
                byte[] bytes = terms.bytes(field, block.buffer(0));
                fields[i].addAll(bytes, terms.places(field), info.count(), before.events());
            }
        }
        columns.addBlock(before.blocks(), before.events(), info);
        fingerprint = IndexHash.fingerprint(fingerprint, info);
        int[] ends = new int[fields.length];
        Arrays.setAll(ends, i -> fields[i].records().end());
        isSpoilt = false;
        view = new ActiveView(this, end, before.blocks() + 1, ends);
    }

    /** Gives each event of a block its number, from the first on; returns the one behind. */
    private int addEvents(int first, BlockReader block, BlockTerms terms) {
        BlockInfo info = block.block();
        terms.begin();
        int next = 0;
        int nextOffset = Block.ENVELOPE_BYTES + Integer.BYTES;
        while (block.next()) {
            int place = Math.toIntExact(block.sequence() - info.firstSequence());
            for (; next < place; next++) {
                addRemoved(first, next, nextOffset, info, terms);
            }
            terms.take(place, block.event());
            add(first + place, block.event());
            nextOffset = block.event().offset() + block.event().length() + Integer.BYTES;
            next++;
        }
        for (; next < info.count(); next++) {
            addRemoved(first, next, nextOffset, info, terms);
        }
        columns.addIds(first, first + next);
        return first + next;
    }

    private void addRemoved(int first, int place, int offset, BlockInfo info, BlockTerms terms) {
        terms.takeRemoved(place);
        columns.addRemoved(first + place, info.minTimeNs(), offset);
    }

    private void add(int event, EventView from) {
        crc.reset();
        crc.update(from.bytes(), from.offset(), from.length());
        columns.addEvent(
                event,
                from.timeNs(),
                from.offset(),
                (int) crc.getValue(),
                IndexHash.ofProcess().ofId(from.idHigh(), from.idLow()));
        addLabels(fields[IndexField.LABEL.ordinal()], event, from);
    }

    private static void addLabels(ActiveField to, int event, EventView from) {
        int at = from.firstLabelOffset();
        for (int i = 0; i < from.labelCount(); i++) {
            int length = from.labelLength(at);
            int text = from.labelTextOffset(at);
            if (length > 0) {
                to.add(from.bytes(), text, length, event);
            }
            at = text + length;
        }
    }

    @Override
    public int firstBlock() {
        return firstBlock;
    }

    @Override
    public int endBlock() {
        return firstBlock + view.blocks();
    }

    @Override
    public ActiveView view() {
        return view;
    }

    /** Whose events they are. */
    public int shard() {
        return shard;
    }

    public int incarnation() {
        return incarnation;
    }

    public long firstSequence() {
        return firstSequence;
    }

    ActiveField field(IndexField field) {
        return fields[field.ordinal()];
    }

    ActiveColumns columns() {
        return columns;
    }

    /** Of all blocks; once nothing is added any more. */
    public long fingerprint() {
        return fingerprint;
    }
}
