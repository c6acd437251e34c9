package io.evident.storage.retention;

import io.evident.storage.file.FileOperations;
import io.evident.storage.removed.CheckedFile;
import io.evident.storage.removed.CheckedOutput;
import io.evident.storage.removed.PackedRows;
import io.evident.storage.removed.TenantNames;
import io.evident.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Keeps what a segment holds beside its seal, in the file {@code tenants}, so that the next start need not read the segment.
 * Derived: one that is missing, damaged, or not of what is there now is made anew. Stateless.
 *
 * <pre>
 *    0  magic u64 | version u32 | shard u32 | incarnation u32 | number u32 | events that were removed before u64
 *   32  earliest time of receiving i64 | tenants u32 | blocks u32
 *   48  per tenant: length u16, name in UTF-8
 *       per block: length u32, then packed numbers (seven bits to a byte, the lowest first, bit 7: there is more): first
 *       sequence, latest time of receiving; then for each tenant: index of its name | events | bytes | its first sequence
 *       from that of the block | its last sequence from its first | its latest time before that of the block
 *       CRC-32C u32 of all before it.   Little-endian.
 * </pre>
 */
final class TenantsFile {
    static final String FILE_NAME = "tenants";

    private static final long MAGIC = 0x0AFF_5354_4E45_45E7L;
    private static final int VERSION = 2;
    private static final int HEADER_BYTES = 48;
    private static final int REMOVED_AT = 24;

    private final FileOperations files;
    private final Path file;
    private final int shard;
    private final SegmentName name;

    TenantsFile(FileOperations files, Path segmentDirectory, int shard, SegmentName name) {
        this.files = files;
        this.file = segmentDirectory.resolve(FILE_NAME);
        this.shard = shard;
        this.name = name;
    }

    /** What is kept, or {@code null} when nothing is that was written when so many events were removed. */
    SegmentContents read(long removedEvents) throws IOException {
        ByteBuffer bytes = CheckedFile.read(files, file);
        boolean isOurs = bytes != null
                && bytes.limit() >= HEADER_BYTES
                && bytes.getLong(0) == MAGIC
                && bytes.getInt(8) == VERSION
                && bytes.getInt(12) == shard
                && bytes.getInt(16) == name.incarnation()
                && bytes.getInt(20) == name.number()
                && bytes.getLong(REMOVED_AT) == removedEvents;
        return isOurs ? parse(bytes.position(REMOVED_AT + Long.BYTES)) : null;
    }

    private static SegmentContents parse(ByteBuffer from) {
        try {
            long oldestNs = from.getLong();
            int tenantCount = from.getInt();
            int blockCount = from.getInt();
            TenantNames tenants = new TenantNames();
            for (int i = 0; i < tenantCount; i++) {
                byte[] text = new byte[Short.toUnsignedInt(from.getShort())];
                from.get(text);
                tenants.number(new String(text, StandardCharsets.UTF_8));
            }
            PackedRows blocks = new PackedRows();
            for (int i = 0; i < blockCount; i++) {
                blocks.addRow(from, from.getInt());
            }
            return from.hasRemaining() ? null : new SegmentContents(tenants, blocks, oldestNs);
        } catch (BufferUnderflowException e) {
            // Its checksum is right: whoever wrote it was another version.
            return null;
        }
    }

    /** Puts it in place of what is kept. It need not survive a power cut. */
    void write(SegmentContents contents, long removedEvents) throws IOException {
        CheckedFile.write(files, file, out -> writeTo(out, contents, removedEvents), false);
    }

    private void writeTo(CheckedOutput out, SegmentContents contents, long removedEvents) throws IOException {
        out.putLong(MAGIC).putInt(VERSION).putInt(shard).putInt(name.incarnation());
        out.putInt(name.number()).putLong(removedEvents).putLong(contents.oldestReceivedNs());
        List<String> names = contents.names().all();
        PackedRows blocks = contents.packed();
        out.putInt(names.size()).putInt(blocks.rows());
        for (String each : names) {
            out.putName(each);
        }
        for (int i = 0; i < blocks.rows(); i++) {
            out.putRow(blocks.row(i));
        }
    }

    /** Removes it. */
    void delete() throws IOException {
        CheckedFile.delete(files, file);
    }
}
