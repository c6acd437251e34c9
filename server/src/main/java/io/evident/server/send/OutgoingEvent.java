package io.evident.server.send;

import io.evident.event.AuditEvent;

/**
 * An event on its way.
 *
 * @param event has an id
 * @param place where it was found, for messages: {@code events.ndjson, line 12}
 */
public record OutgoingEvent(AuditEvent event, String place) {}
