package io.evident.event.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in bytes, lowest byte first, at any alignment. Stateless. */
final class LittleEndian {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

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

    static long getUnsignedInt(byte[] bytes, int index) {
        return getInt(bytes, index) & 0xFFFF_FFFFL;
    }

    static int getUnsignedShort(byte[] bytes, int index) {
        return (short) SHORT.get(bytes, index) & 0xFFFF;
    }

    static void putShort(byte[] bytes, int index, int value) {
        SHORT.set(bytes, index, (short) value);
    }

    static int getUnsignedByte(byte[] bytes, int index) {
        return bytes[index] & 0xFF;
    }
}
