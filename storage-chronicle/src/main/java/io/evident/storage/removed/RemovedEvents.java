package io.evident.storage.removed;

import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How many events of which tenant were removed of the blocks of a segment: the file {@code removed} beside its seal. It is on the
 * disk before the bytes go, so it tells two states: the one before the last removal, and the one behind it. Which of them a block
 * is in, it says itself, by how many of its events are not there. Immutable.
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
    public static final RemovedEvents NONE = new RemovedEvents(new TreeMap<>());

    private static final long MAGIC = 0x0AFF_4D45_5256_45E7L;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 32;
    private static final int BLOCK_BYTES = Long.BYTES + Integer.BYTES;
    private static final int PAIR_BYTES = 3 * Integer.BYTES;

    private final NavigableMap<Long, Counts> byBlock;

    /**
     * What was removed of a block.
     *
     * @param before by tenant, before the last removal
     * @param now by tenant, behind it; no tenant has fewer
     */
    public record Counts(Map<String, Integer> before, Map<String, Integer> now) {
        public Counts {
            before = Map.copyOf(before);
            now = Map.copyOf(now);
        }
    }

    /** @param byBlock by the first sequence of the block */
    public RemovedEvents(NavigableMap<Long, Counts> byBlock) {
        this.byBlock = new TreeMap<>(byBlock);
    }

    /** Events of all blocks. */
    public long events() {
        return byBlock.values().stream().mapToLong(each -> sum(each.now())).sum();
    }

    /** What was removed of a block behind the last removal; nothing of one that is not named. */
    public Map<String, Integer> now(long firstSequence) {
        Counts counts = byBlock.get(firstSequence);
        return counts == null ? Map.of() : counts.now();
    }

    /** What was removed of a block of which so many events are not there; {@code null} when that does not fit. */
    public Map<String, Integer> of(long firstSequence, int removed) {
        Counts counts = byBlock.get(firstSequence);
        if (counts == null || removed == 0) {
            return removed == 0 ? Map.of() : null;
        }
        if (sum(counts.now()) == removed) {
            return counts.now();
        }
        return sum(counts.before()) == removed ? counts.before() : null;
    }

    /** Whether both states are one: the last removal is done with. */
    public boolean isSettled() {
        return byBlock.values().stream().allMatch(each -> each.before().equals(each.now()));
    }

    /** The same, once the last removal is done with. */
    public RemovedEvents settled() {
        NavigableMap<Long, Counts> all = new TreeMap<>();
        byBlock.forEach((firstSequence, counts) -> all.put(firstSequence, new Counts(counts.now(), counts.now())));
        return new RemovedEvents(all);
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
            List<String> tenants = new ArrayList<>();
            for (int i = 0; i < tenantCount; i++) {
                byte[] name = new byte[Short.toUnsignedInt(from.getShort())];
                from.get(name);
                tenants.add(new String(name, StandardCharsets.UTF_8));
            }
            NavigableMap<Long, Counts> byBlock = new TreeMap<>();
            for (int i = 0; i < blocks; i++) {
                long firstSequence = from.getLong();
                byBlock.put(firstSequence, counts(from, tenants));
            }
            return from.hasRemaining() ? null : new RemovedEvents(byBlock);
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            // Its checksum is right: whoever wrote it was another version.
            return null;
        }
    }

    private static Counts counts(ByteBuffer from, List<String> tenants) {
        Map<String, Integer> before = new HashMap<>();
        Map<String, Integer> now = new HashMap<>();
        int pairs = from.getInt();
        for (int i = 0; i < pairs; i++) {
            String tenant = tenants.get(from.getInt());
            put(before, tenant, from.getInt());
            put(now, tenant, from.getInt());
        }
        return new Counts(before, now);
    }

    private static void put(Map<String, Integer> to, String tenant, int count) {
        if (count > 0) {
            to.put(tenant, count);
        }
    }

    /** Puts the file in place of the one that is there, as a whole; it is on the disk when this returns. */
    public void write(FileOperations files, Path segmentDirectory, int shard, int incarnation, int number)
            throws IOException {
        Path file = segmentDirectory.resolve(FILE_NAME);
        CheckedFile.write(files, file, bytes(file, shard, incarnation, number), true);
    }

    private ByteBuffer bytes(Path file, int shard, int incarnation, int number) throws IOException {
        Map<String, Integer> numbers = new HashMap<>();
        List<byte[]> names = new ArrayList<>();
        long size = HEADER_BYTES;
        for (Counts counts : byBlock.values()) {
            size += BLOCK_BYTES + (long) counts.now().size() * PAIR_BYTES;
            for (String tenant : counts.now().keySet()) {
                if (numbers.putIfAbsent(tenant, names.size()) == null) {
                    byte[] name = tenant.getBytes(StandardCharsets.UTF_8);
                    names.add(name);
                    size += Short.BYTES + name.length;
                }
            }
        }
        ByteBuffer to = CheckedFile.allocate(file, size);
        to.putLong(MAGIC).putInt(VERSION).putInt(shard).putInt(incarnation).putInt(number);
        to.putInt(names.size()).putInt(byBlock.size());
        names.forEach(name -> to.putShort((short) name.length).put(name));
        byBlock.forEach((firstSequence, counts) -> {
            to.putLong(firstSequence).putInt(counts.now().size());
            counts.now()
                    .forEach((tenant, now) -> to.putInt(numbers.get(tenant))
                            .putInt(counts.before().getOrDefault(tenant, 0))
                            .putInt(now));
        });
        return to;
    }
}
