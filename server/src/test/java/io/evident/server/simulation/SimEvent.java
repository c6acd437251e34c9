package io.evident.server.simulation;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import java.util.UUID;

/**
 * An event as a sender has it: its place in the order of one stream and lane, and the bytes it sends, again and again the
 * same.
 */
final class SimEvent {
    private final String tenant;
    private final UUID id;
    private final String stream;
    private final Lane lane;
    private final EventView view;

    private SimEvent(String tenant, UUID id, String stream, Lane lane, EventView view) {
        this.tenant = tenant;
        this.id = id;
        this.stream = stream;
        this.lane = lane;
        this.view = view;
    }

    /**
     * Makes an event.
     *
     * @param content tells apart events with the same id
     * @param padding bytes of attributes, more or less
     */
    static SimEvent of(String tenant, UUID id, String stream, Lane lane, int content, int padding, boolean withTime) {
        AuditEvent.Builder event = AuditEvent.builder(tenant, "user-" + content % 5, "document.read").id(id).stream(
                        stream)
                .resource("document", "doc-" + content)
                .outcome(Outcome.SUCCESS)
                .severity(lane == Lane.CRITICAL ? Severity.P0_CRITICAL : Severity.P4_INFO)
                .attributes("{\"content\":" + content + ",\"padding\":\"" + "x".repeat(padding) + "\"}");
        if (lane == Lane.ELEVATED) {
            event.labels("pci");
        }
        if (withTime) {
            event.timeNs(content * 1_000L);
        }
        EventEncoder encoder = new EventEncoder();
        event.build().encodeInto(encoder);
        byte[] bytes = new byte[encoder.encodedLength()];
        encoder.encode(bytes, 0);
        EventView view = new EventView();
        if (view.wrap(bytes, 0, bytes.length) != null) {
            throw new IllegalStateException("the simulation made no event");
        }
        return new SimEvent(tenant, id, stream, lane, view);
    }

    String tenant() {
        return tenant;
    }

    UUID id() {
        return id;
    }

    String stream() {
        return stream;
    }

    Lane lane() {
        return lane;
    }

    /** As its sender encodes it; not to be changed. */
    EventView view() {
        return view;
    }

    /** Whether a stored event, its stamp taken off, is this one byte for byte. */
    boolean hasSameBytes(EventView unstamped) {
        int length = view.suppliedLength();
        return unstamped.suppliedLength() == length
                && java.util.Arrays.equals(
                        unstamped.bytes(),
                        unstamped.offset(),
                        unstamped.offset() + length,
                        view.bytes(),
                        view.offset(),
                        view.offset() + length);
    }

    @Override
    public String toString() {
        return tenant + "/" + id + " of " + stream + ", " + lane;
    }
}
