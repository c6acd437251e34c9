package io.evident.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The binary layout of an event, little-endian, as the published SBE schema {@code evident.xml} (message
 * {@code AuditEvent}) defines it. Offsets are from the first byte of the message header.
 *
 * <pre>
 *   0        2            4          6         8
 *  +--------+------------+----------+---------+
 *  | block  | template   | schema   | version |   SBE message header
 *  | length | id         | id       |         |
 *  +--------+------------+----------+---------+
 *   8                16               24               32
 *  +----------------+----------------+----------------+----------------+
 *  | receivedTimeNs | timeNs         | idHigh         | idLow          |
 *  +----------------+----------------+----------------+----------------+
 *   40      42        43         44
 *  +-------+---------+----------+----------------------------------------+
 *  | flags | outcome | severity | labels: u16 block length 0, u16 count, |
 *  |       |         |          |         count x (u16 length, UTF-8)    |
 *  +-------+---------+----------+----------------------------------------+
 *  | tenant, stream, actor.id, actor.ip, actor.agent, action, category,  |
 *  | resource.type, resource.id: each u16 length, UTF-8                  |
 *  | attributes: u32 length, JSON object byte for byte                   |
 *  | receivedFrom: u16 length, UTF-8                                     |
 *  +---------------------------------------------------------------------+
 * </pre>
 *
 * What the server fills in stands first (receivedTimeNs) and last (receivedFrom), so that it can be added around the
 * bytes a sender sent without moving them. A sender leaves both zero; it also leaves {@code timeNs} zero and sets
 * {@link #FLAG_TIME_ABSENT} when it has no time to give.
 */
public final class EventLayout {
    /** Schema id of all of Evident's SBE messages. */
    public static final int SCHEMA_ID = 8480;
    /** Version of the schema that this code writes, and the only one it reads. */
    public static final int SCHEMA_VERSION = 1;
    /** Template id of the event message. */
    public static final int TEMPLATE_ID = 1;
    /** Bytes of the SBE message header: block length, template id, schema id, version, each u16. */
    public static final int MESSAGE_HEADER_BYTES = 8;
    /** Bytes of the event's fixed fields. */
    public static final int BLOCK_BYTES = 36;

    public static final int RECEIVED_TIME_OFFSET = 8;
    public static final int TIME_OFFSET = 16;
    public static final int ID_HIGH_OFFSET = 24;
    public static final int ID_LOW_OFFSET = 32;
    public static final int FLAGS_OFFSET = 40;
    public static final int OUTCOME_OFFSET = 42;
    public static final int SEVERITY_OFFSET = 43;
    /** Where the labels group begins. */
    public static final int LABELS_OFFSET = MESSAGE_HEADER_BYTES + BLOCK_BYTES;
    /** Where the first label begins. */
    public static final int FIRST_LABEL_OFFSET = LABELS_OFFSET + 4;

    /** The sender gave no time; in a stored event {@code timeNs} is then the receive time. */
    public static final int FLAG_TIME_ABSENT = 1;

    /** Bytes of an event without any variable content. */
    public static final int EMPTY_EVENT_BYTES =
            FIRST_LABEL_OFFSET + (EventField.count() - 1) * Short.BYTES + Integer.BYTES;

    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private EventLayout() {}

    static long getLong(byte[] bytes, int index) {
        return (long) LONG.get(bytes, index);
    }

    static void putLong(byte[] bytes, int index, long value) {
        LONG.set(bytes, index, value);
    }

    static int getInt(byte[] bytes, int index) {
        return (int) INT.get(bytes, index);
    }

    static void putInt(byte[] bytes, int index, int value) {
        INT.set(bytes, index, value);
    }

    static int getUnsignedShort(byte[] bytes, int index) {
        return (short) SHORT.get(bytes, index) & 0xFFFF;
    }

    static void putShort(byte[] bytes, int index, int value) {
        SHORT.set(bytes, index, (short) value);
    }
}
