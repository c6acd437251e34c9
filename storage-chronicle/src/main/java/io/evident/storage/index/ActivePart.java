package io.evident.storage.index;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.filter.IpKey;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A part in memory, to which one thread adds block after block. Any thread reads what {@link #view} shows, also while more
 * is added: a view is made with each block and published by one volatile write.
 */
final class ActivePart implements ShardPart {
    /** Most events of a part: their numbers have 18 bits. */
    static final int MAX_EVENTS = 1 << 18;
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
    private final IpKey ip = new IpKey();
    private final CRC32C crc = new CRC32C();
    private final byte[] code = new byte[1];
    private long fingerprint = IndexHash.NO_BLOCKS;
    private boolean isSpoilt;
    private volatile ActiveView view;

    /** Begins with a block. */
    ActivePart(int shard, int firstBlock, BlockInfo info) {
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
    boolean takes(BlockInfo info) {
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
            bytes += field.termBytes();
        }
        return bytes;
    }

    /**
     * Adds a block, which {@link #takes} has to have said yes to. After a failure nothing more can be added, and nothing of
     * the block is seen.
     *
     * @throws IllegalStateException when the block's inside contradicts its envelope
     */
    void add(BlockReader block) {
        BlockInfo info = block.block();
        ActiveView before = view;
        isSpoilt = true;
        int event = before.events();
        while (block.next()) {
            add(event++, block.event());
        }
        columns.addBlock(before.blocks(), before.events(), info);
        fingerprint = IndexHash.fingerprint(fingerprint, info);
        int[] terms = new int[fields.length];
        Arrays.setAll(terms, i -> fields[i].terms());
        isSpoilt = false;
        view = new ActiveView(this, event, before.blocks() + 1, terms);
    }

    private void add(int event, EventView from) {
        crc.reset();
        crc.update(from.bytes(), from.offset(), from.length());
        columns.addEvent(
                event, from.timeNs(), from.offset(), (int) crc.getValue(), IndexHash.ofId(from.idHigh(), from.idLow()));
        for (int i = 0; i < fields.length; i++) {
            addTerms(IndexField.at(i), event, from);
        }
    }

    private void addTerms(IndexField field, int event, EventView from) {
        ActiveField to = fields[field.ordinal()];
        switch (field) {
            case IP -> {
                if (from.has(EventField.ACTOR_IP)) {
                    ip.read(from.bytes(), from.fieldOffset(EventField.ACTOR_IP), from.fieldLength(EventField.ACTOR_IP));
                    to.add(ip.bytes(), 0, ip.length(), event);
                }
            }
            case OUTCOME -> {
                Outcome outcome = from.outcome();
                addCode(to, outcome == null ? -1 : outcome.ordinal(), event);
            }
            case SEVERITY -> {
                Severity severity = from.severity();
                addCode(to, severity == null ? -1 : severity.ordinal(), event);
            }
            case LABEL -> addLabels(to, event, from);
            default -> {
                int length = from.fieldLength(field.text());
                if (length > 0 || field == IndexField.RESOURCE_TYPE || field == IndexField.RESOURCE_ID) {
                    to.add(from.bytes(), from.fieldOffset(field.text()), length, event);
                }
            }
        }
    }

    private void addCode(ActiveField to, int value, int event) {
        if (value >= 0) {
            code[0] = (byte) value;
            to.add(code, 0, 1, event);
        }
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

    int shard() {
        return shard;
    }

    int incarnation() {
        return incarnation;
    }

    long firstSequence() {
        return firstSequence;
    }

    ActiveField field(IndexField field) {
        return fields[field.ordinal()];
    }

    ActiveColumns columns() {
        return columns;
    }

    /** Of all blocks; once nothing is added any more. */
    long fingerprint() {
        return fingerprint;
    }
}
