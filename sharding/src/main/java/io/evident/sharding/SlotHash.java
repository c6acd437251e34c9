package io.evident.sharding;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.evident.event.EventField;
import io.evident.event.EventView;

/**
 * The slot of an event: the top 12 bits of XXH3-64 with seed {@link #SEED} (as the xxHash specification defines it) over
 *
 * <pre>
 *   tenant, 0x00, 'S', stream      when the event has a stream
 *   tenant, 0x00, 'A', actor.id    else
 * </pre>
 *
 * each text in UTF-8. The letter keeps a stream and an actor of the same name apart. This function is part of the format
 * of a data directory: it never changes. Stateless and thread-safe; allocates once per thread, not per event.
 */
public final class SlotHash {
    /** The number of slots. */
    public static final int SLOTS = 4096;
    /** The seed: {@code Evident1} in ASCII. */
    public static final long SEED = 0x4576_6964_656E_7431L;
    /** The name of the hash, as {@code shards.json} records it. */
    public static final String NAME = "xxh3-64";

    private static final int SLOT_SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(SLOTS);
    private static final byte STREAM_KIND = 'S';
    private static final byte ACTOR_KIND = 'A';
    private static final int SEPARATOR_BYTES = 2;
    private static final Hasher64 XXH3 = Hashing.xxh3_64(SEED);

    /** Where a thread puts the parts of a key together; a valid event's always fit. */
    private static final ThreadLocal<byte[]> KEY = ThreadLocal.withInitial(
            () -> new byte[EventField.TENANT.maxBytes() + SEPARATOR_BYTES + EventField.ACTOR_ID.maxBytes()]);

    private SlotHash() {}

    /** The slot of an event, 0 to {@link #SLOTS} - 1. */
    public static int slotOf(EventView event) {
        boolean streamed = event.has(EventField.STREAM);
        EventField second = streamed ? EventField.STREAM : EventField.ACTOR_ID;
        return slotOf(
                event.bytes(),
                event.fieldOffset(EventField.TENANT),
                event.fieldLength(EventField.TENANT),
                streamed ? STREAM_KIND : ACTOR_KIND,
                event.bytes(),
                event.fieldOffset(second),
                event.fieldLength(second));
    }

    /** The slot of all events of a tenant's stream, both in UTF-8. */
    public static int slotOfStream(byte[] tenant, byte[] stream) {
        return slotOf(tenant, 0, tenant.length, STREAM_KIND, stream, 0, stream.length);
    }

    private static int slotOf(
            byte[] tenant,
            int tenantOffset,
            int tenantLength,
            byte kind,
            byte[] second,
            int secondOffset,
            int secondLength) {
        int length = tenantLength + SEPARATOR_BYTES + secondLength;
        byte[] key = KEY.get();
        if (length > key.length) {
            // No valid event comes here, but a query may name a stream of any length.
            key = new byte[length];
        }
        System.arraycopy(tenant, tenantOffset, key, 0, tenantLength);
        key[tenantLength] = 0;
        key[tenantLength + 1] = kind;
        System.arraycopy(second, secondOffset, key, tenantLength + SEPARATOR_BYTES, secondLength);
        return (int) (XXH3.hashBytesToLong(key, 0, length) >>> SLOT_SHIFT);
    }
}
