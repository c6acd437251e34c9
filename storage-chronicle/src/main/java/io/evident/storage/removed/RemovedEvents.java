package io.evident.storage.removed;

import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many events of which tenant were removed of the blocks of a segment: the file {@code removed} beside its seal. It is on the
 * disk before the bytes go, so it tells two states: the one before the last removal, and the one behind it. Which of them a block
 * is in, it says itself, by how many of its events are not there. Immutable,
 * and packed: a segment may have hundreds of thousands of blocks of many tenants each.
 *
 * <pre>
 *    0  magic u64 | version u32 | shard u32 | incarnation u32 | number u32 | tenants u32 | blocks u32
 *   32  per tenant: length u16, name in UTF-8
 *       per block: first sequence u64 | pairs u32, then per pair: tenant u32 | events before u32 | events now u32
 *       CRC-32C u32 of all before it.   Little-endian.
 * </pre>
 */
public final class RemovedEvents {
    /** The name of the file. */
    public static final String FILE_NAME = "removed";
    /** Nothing was. */
    public static final RemovedEvents NONE = new Builder().build();

    private static final long MAGIC = 0x0AFF_4D45_5256_45E7L;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 32;
    private static final int PAIR_NUMBERS = 3;

    private final TenantNames names;
    /** The first sequences of the blocks, ascending. */
    private final long[] firsts;
    /** Per block: tenant, before, now, and so on. */
    private final PackedRows counts;

    private final long events;
    /** Whether what {@code counts} says of before does not matter any more. */
    private final boolean settled;

    private RemovedEvents(TenantNames names, long[] firsts, PackedRows counts, long events, boolean settled) {
        this.names = names;
        this.firsts = firsts;
        this.counts = counts;
        this.events = events;
        this.settled = settled;
    }

    /** Puts it together, block by block. For one thread, and one time. */
    public static final class Builder {
        private final TenantNames names = new TenantNames();
        private final PackedRows counts = new PackedRows();
        private long[] firsts = new long[16];
        private long events;
        private boolean settled = true;

        /**
         * Adds what was removed of a block; nothing when nothing was.
         *
         * @param firstSequence of the block, beyond that of the one added before
         * @param before by tenant, before the last removal
         * @param now by tenant, behind it; no tenant has fewer
         */
        public void add(long firstSequence, Map<String, Integer> before, Map<String, Integer> now) {
            if (!now.isEmpty()) {
                begin(firstSequence);
                now.forEach((tenant, count) -> add(tenant, before.getOrDefault(tenant, 0), count));
            }
        }

        private void begin(long firstSequence) {
            int at = counts.rows();
            if (at > 0 && firstSequence <= firsts[at - 1]) {
                throw new IllegalArgumentException("block " + firstSequence + " behind block " + firsts[at - 1]);
            }
            if (at == firsts.length) {
                firsts = Arrays.copyOf(firsts, at + (at >> 1));
            }
            firsts[at] = firstSequence;
            counts.begin();
        }

        private void add(String tenant, int before, int now) {
            counts.add(names.number(tenant));
            counts.add(before);
            counts.add(now);
            events += now;
            settled &= before == now;
        }

        /** What was added. */
        public RemovedEvents build() {
            return new RemovedEvents(names, Arrays.copyOf(firsts, counts.rows()), counts, events, settled);
        }
    }

    /** Events of all blocks. */
    public long events() {
        return events;
    }

    /** What was removed of a block behind the last removal; nothing of one that is not named. */
    public Map<String, Integer> now(long firstSequence) {
        int block = Arrays.binarySearch(firsts, firstSequence);
        return block < 0 ? Map.of() : counts(block, false);
    }

    /** What was removed of a block of which so many events are not there; {@code null} when that does not fit. */
    public Map<String, Integer> of(long firstSequence, int removed) {
        int block = Arrays.binarySearch(firsts, firstSequence);
        if (block < 0 || removed == 0) {
            return removed == 0 ? Map.of() : null;
        }
        Map<String, Integer> now = counts(block, false);
        if (sum(now) == removed) {
            return now;
        }
        Map<String, Integer> before = counts(block, true);
        return sum(before) == removed ? before : null;
    }

    private Map<String, Integer> counts(int block, boolean isBefore) {
        Map<String, Integer> of = new HashMap<>();
        PackedRows.Row row = counts.row(block);
        while (row.hasNext()) {
            String tenant = names.name((int) row.next());
            int before = (int) row.next();
            int now = (int) row.next();
            int count = isBefore && !settled ? before : now;
            if (count > 0) {
                of.put(tenant, count);
            }
        }
        return of;
    }

    /** Whether both states are one: the last removal is done with. */
    public boolean isSettled() {
        return settled;
    }

    /** The same, once the last removal is done with. */
    public RemovedEvents settled() {
        return new RemovedEvents(names, firsts, counts, events, true);
    }

    private static long sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToLong(Integer::longValue).sum();
    }

    // ---- the file ----

    /** Whether there is such a file, usable or not. */
    public static boolean exists(FileOperations files, Path segmentDirectory) {
        return files.exists(segmentDirectory.resolve(FILE_NAME));
    }

    /** What is known of a segment, or {@code null} when there is no such file, or none that could be used. */
    public static RemovedEvents read(
            FileOperations files, Path segmentDirectory, int shard, int incarnation, int number) throws IOException {
        ByteBuffer bytes = CheckedFile.read(files, segmentDirectory.resolve(FILE_NAME));
        boolean isOurs = bytes != null
                && bytes.limit() >= HEADER_BYTES
                && bytes.getLong(0) == MAGIC
                && bytes.getInt(8) == VERSION
                && bytes.getInt(12) == shard
                && bytes.getInt(16) == incarnation
                && bytes.getInt(20) == number;
        return isOurs ? parse(bytes.position(24)) : null;
    }

    private static RemovedEvents parse(ByteBuffer from) {
        try {
            int tenantCount = from.getInt();
            int blocks = from.getInt();
            List<String> tenants = names(from, tenantCount);
            Builder all = new Builder();
            for (int i = 0; i < blocks; i++) {
                all.begin(from.getLong());
                for (int left = from.getInt(); left > 0; left--) {
                    all.add(tenants.get(from.getInt()), from.getInt(), from.getInt());
                }
            }
            return from.hasRemaining() ? null : all.build();
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // Its checksum is right: whoever wrote it was another version.
            return null;
        }
    }

    private static List<String> names(ByteBuffer from, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] name = new byte[Short.toUnsignedInt(from.getShort())];
            from.get(name);
            names.add(new String(name, StandardCharsets.UTF_8));
        }
        return names;
    }

    /** Puts the file in place of the one that is there, as a whole; it is on the disk when this returns. */
    public void write(FileOperations files, Path segmentDirectory, int shard, int incarnation, int number)
            throws IOException {
        Path file = segmentDirectory.resolve(FILE_NAME);
        CheckedFile.write(files, file, out -> writeTo(out, shard, incarnation, number), true);
    }

    private void writeTo(CheckedOutput out, int shard, int incarnation, int number) throws IOException {
        out.putLong(MAGIC).putInt(VERSION).putInt(shard).putInt(incarnation).putInt(number);
        out.putInt(names.all().size()).putInt(firsts.length);
        for (String name : names.all()) {
            out.putName(name);
        }
        for (int block = 0; block < firsts.length; block++) {
            out.putLong(firsts[block]).putInt(pairs(block));
            PackedRows.Row row = counts.row(block);
            while (row.hasNext()) {
                int tenant = (int) row.next();
                int before = (int) row.next();
                int now = (int) row.next();
                out.putInt(tenant).putInt(settled ? now : before).putInt(now);
            }
        }
    }

    private int pairs(int block) {
        PackedRows.Row row = counts.row(block);
        int numbers = 0;
        while (row.hasNext()) {
            row.next();
            numbers++;
        }
        return numbers / PAIR_NUMBERS;
    }
}
