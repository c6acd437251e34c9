package io.evident.storage.retention;

import io.evident.storage.file.FileOperations;
import io.evident.storage.removed.CheckedFile;
import io.evident.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps what a segment holds beside its seal, in the file {@code tenants}, so that the next start need not read the segment.
 * Derived: one that is missing, damaged, or not of what is there now is made anew. Stateless.
 *
 * <pre>
 *    0  magic u64 | version u32 | shard u32 | incarnation u32 | number u32 | events that were removed before u64
 *   32  earliest time of receiving i64 | tenants u32 | blocks u32
 *   48  per tenant: length u16, name in UTF-8
 *       per block: tenants u32, then for each: tenant u32 | events u32 | bytes u32 | first, last sequence u64 | latest time of
 *       receiving i64
 *       CRC-32C u32 of all before it.   Little-endian.
 * </pre>
 */
final class TenantsFile {
    static final String FILE_NAME = "tenants";

    private static final long MAGIC = 0x0AFF_5354_4E45_45E7L;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 48;
    private static final int REMOVED_AT = 24;
    private static final int TENANT_BYTES = 3 * Integer.BYTES + 3 * Long.BYTES;

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
            List<String> tenants = new ArrayList<>();
            for (int i = 0; i < tenantCount; i++) {
                byte[] text = new byte[Short.toUnsignedInt(from.getShort())];
                from.get(text);
                tenants.add(new String(text, StandardCharsets.UTF_8));
            }
            List<Map<String, TenantTally>> blocks = new ArrayList<>();
            for (int i = 0; i < blockCount; i++) {
                Map<String, TenantTally> block = new HashMap<>();
                for (int left = from.getInt(); left > 0; left--) {
                    String tenant = tenants.get(from.getInt());
                    block.put(
                            tenant,
                            new TenantTally(
                                    from.getInt(), from.getInt(), from.getLong(), from.getLong(), from.getLong()));
                }
                blocks.add(block);
            }
            return from.hasRemaining() ? null : new SegmentContents(blocks, oldestNs);
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            // Its checksum is right: whoever wrote it was another version.
            return null;
        }
    }

    /** Puts it in place of what is kept. It need not survive a power cut. */
    void write(SegmentContents contents, long removedEvents) throws IOException {
        Map<String, Integer> numbers = new HashMap<>();
        List<byte[]> names = new ArrayList<>();
        long size = HEADER_BYTES;
        for (Map<String, TenantTally> block : contents.blocks()) {
            size += Integer.BYTES + (long) block.size() * TENANT_BYTES;
            for (String tenant : block.keySet()) {
                if (numbers.putIfAbsent(tenant, names.size()) == null) {
                    byte[] text = tenant.getBytes(StandardCharsets.UTF_8);
                    names.add(text);
                    size += Short.BYTES + text.length;
                }
            }
        }
        ByteBuffer to = CheckedFile.allocate(file, size);
        to.putLong(MAGIC).putInt(VERSION).putInt(shard).putInt(name.incarnation());
        to.putInt(name.number()).putLong(removedEvents).putLong(contents.oldestReceivedNs());
        to.putInt(names.size()).putInt(contents.blocks().size());
        names.forEach(text -> to.putShort((short) text.length).put(text));
        for (Map<String, TenantTally> block : contents.blocks()) {
            to.putInt(block.size());
            block.forEach((tenant, tally) -> {
                to.putInt(numbers.get(tenant)).putInt((int) tally.events()).putInt((int) tally.bytes());
                to.putLong(tally.firstSequence()).putLong(tally.lastSequence()).putLong(tally.newestReceivedNs());
            });
        }
        CheckedFile.write(files, file, to, false);
    }

    /** Removes it. */
    void delete() throws IOException {
        CheckedFile.delete(files, file);
    }
}
