package io.evident.pipeline.admission;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.json.AttributesCheck;
import io.evident.pipeline.duplicate.Claim;
import io.evident.pipeline.lane.Stamp;
import java.nio.charset.StandardCharsets;

/**
 * One way in, as the gate sees it: a connection, who is at its other end, and room to work in. Used by one thread at a
 * time: the connection's network thread.
 */
public final class Intake {
    private static final String SERVER = "evident";

    private final Principal principal;
    private final byte[] receivedFrom;
    private final boolean attributesChecked;
    private final boolean isServers;
    private final Lane lane;
    private final AttributesCheck attributesCheck = new AttributesCheck();
    private final Stamp stamp = new Stamp();
    private final Claim claim = new Claim();
    private long published;
    private Lane lastLane = Lane.STANDARD;

    /**
     * @param receivedFrom the sender's address, at most 256 bytes of UTF-8
     * @param attributesChecked whether this way in has already made sure that attributes are one JSON object, as the
     *     JSON reader does
     */
    public Intake(Principal principal, String receivedFrom, boolean attributesChecked) {
        this(principal, receivedFrom, attributesChecked, false, null);
    }

    /** The way in of the server's own events, of tenant {@value TenantScope#SYSTEM}: open a little longer than all others. */
    public static Intake ofServer() {
        return ofServer(null);
    }

    /**
     * The same for events that go through one lane, whatever the policy makes of them.
     *
     * @param lane {@code null} for the one that the policy says
     */
    public static Intake ofServer(Lane lane) {
        return new Intake(Principal.server(), SERVER, false, true, lane);
    }

    private Intake(Principal principal, String receivedFrom, boolean attributesChecked, boolean isServers, Lane lane) {
        this.isServers = isServers;
        this.lane = lane;
        this.principal = principal;
        this.receivedFrom = receivedFrom.getBytes(StandardCharsets.UTF_8);
        if (this.receivedFrom.length > EventField.RECEIVED_FROM.maxBytes()) {
            throw new IllegalArgumentException("the sender's address has " + this.receivedFrom.length + " bytes");
        }
        this.attributesChecked = attributesChecked;
    }

    /** Whether it is the server's own. */
    public boolean isServers() {
        return isServers;
    }

    /** The lane of all its events, or {@code null}: the policy says. */
    public Lane lane() {
        return lane;
    }

    public Principal principal() {
        return principal;
    }

    /** The sender's address in UTF-8; not to be changed. */
    public byte[] receivedFrom() {
        return receivedFrom;
    }

    /** Whether the attributes of an event are one JSON object: {@code null}, or what is wrong with them. */
    public Refusal checkAttributes(EventView event) {
        return attributesChecked || !event.has(EventField.ATTRIBUTES)
                ? null
                : attributesCheck.check(
                        event.bytes(),
                        event.fieldOffset(EventField.ATTRIBUTES),
                        event.fieldLength(EventField.ATTRIBUTES));
    }

    /** An event went into a shard's lane. */
    public void published(int shard, Lane inLane) {
        published |= 1L << shard;
        lastLane = inLane;
    }

    /** The shards that events went to since this was asked: a bit for each, in turn again from the 65th shard on. */
    public long takePublished() {
        long shards = published;
        published = 0;
        return shards;
    }

    /** The lane of the last event that found room in one. */
    public Lane lastLane() {
        return lastLane;
    }

    /** The gate's room for what is added to the event at hand. */
    public Stamp stamp() {
        return stamp;
    }

    /** The gate's room for what the duplicate window says of it. */
    public Claim claim() {
        return claim;
    }
}
