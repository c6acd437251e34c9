package io.evident.load.follow;

import io.evident.event.AuditEvent;
import io.evident.load.dataset.DataSet;
import java.util.UUID;

/**
 * The events of one step: each follows from its number, and its number from its id, so that what a follower receives can
 * be judged. They have the fields of a {@link DataSet}'s, and no time: the server gives them its own. Immutable.
 */
final class LiveEvents {
    private static final long VERSION_8 = 0x8000L;
    private static final long VARIANT_BITS = 0x8000_0000_0000_0000L;
    private static final long NUMBER_MASK = 0x3FFF_FFFF_FFFF_FFFFL;

    private final DataSet fields;
    private final long idHigh;

    /** @param run tells one step's ids from another's; its lowest 48 bits count */
    LiveEvents(long seed, long run) {
        this.fields = new DataSet(seed, DataSet.MOST_EVENTS);
        this.idHigh = (run << 16) | VERSION_8;
    }

    AuditEvent event(long number) {
        AuditEvent event = fields.event(number);
        return AuditEvent.builder(event.tenant(), event.actorId(), event.action()).stream(event.stream())
                .id(new UUID(idHigh, VARIANT_BITS | number))
                .actorIp(event.actorIp())
                .category(event.category())
                .resource(event.resourceType(), event.resourceId())
                .outcome(event.outcome())
                .severity(event.severity())
                .attributes(event.attributes())
                .build();
    }

    /** The number of an event, or -1 when it is none of these. */
    long number(String id) {
        UUID uuid = UUID.fromString(id);
        return uuid.getMostSignificantBits() == idHigh ? uuid.getLeastSignificantBits() & NUMBER_MASK : -1;
    }
}
