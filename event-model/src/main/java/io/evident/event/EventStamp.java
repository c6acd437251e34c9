package io.evident.event;

/**
 * What the server adds to an event that it accepts, and how it is taken off again: the receive time and address, the
 * event time where the sender gave none, the id where the sender left it to the server. Stateless.
 */
public final class EventStamp {
    private EventStamp() {}

    /** Bytes of the stamped event: what was supplied, and the sender's address. */
    public static int stampedLength(EventView supplied, byte[] receivedFrom) {
        return supplied.suppliedLength() + Short.BYTES + receivedFrom.length;
    }

    /**
     * Copies a supplied event to its place and stamps it.
     *
     * @param supplied a valid event as the sender sent it
     * @param idHigh the id it is to have
     * @param receivedTimeNs nanoseconds since 1970
     * @param receivedFrom the address it came from, in UTF-8
     * @param target where it goes; has {@link #stampedLength} bytes of room from {@code targetOffset}
     * @return the bytes written
     */
    public static int copyStamped(
            EventView supplied,
            long idHigh,
            long idLow,
            long receivedTimeNs,
            byte[] receivedFrom,
            byte[] target,
            int targetOffset) {
        int suppliedLength = supplied.suppliedLength();
        System.arraycopy(supplied.bytes(), supplied.offset(), target, targetOffset, suppliedLength);
        EventLayout.putLong(target, targetOffset + EventLayout.RECEIVED_TIME_OFFSET, receivedTimeNs);
        EventLayout.putLong(target, targetOffset + EventLayout.ID_HIGH_OFFSET, idHigh);
        EventLayout.putLong(target, targetOffset + EventLayout.ID_LOW_OFFSET, idLow);
        if (supplied.timeAbsent()) {
            EventLayout.putLong(target, targetOffset + EventLayout.TIME_OFFSET, receivedTimeNs);
        }
        EventLayout.putShort(target, targetOffset + suppliedLength, receivedFrom.length);
        System.arraycopy(receivedFrom, 0, target, targetOffset + suppliedLength + Short.BYTES, receivedFrom.length);
        return suppliedLength + Short.BYTES + receivedFrom.length;
    }

    /**
     * Takes the stamp off a stored event, in place, as far as two sendings of the same event have to be alike: the first
     * {@link EventView#suppliedLength()} bytes are then what the sender supplied, with the id it got.
     */
    public static void unstamp(EventView stored) {
        byte[] bytes = stored.bytes();
        EventLayout.putLong(bytes, stored.offset() + EventLayout.RECEIVED_TIME_OFFSET, 0);
        if (stored.timeAbsent()) {
            EventLayout.putLong(bytes, stored.offset() + EventLayout.TIME_OFFSET, 0);
        }
    }
}
