package io.evident.pipeline.index;

import io.evident.pipeline.journal.EventPlace;

/**
 * What an index tells of one event.
 *
 * @param timeNs its time, nanoseconds since 1970
 * @param place where it is read
 */
public record IndexedEvent(long timeNs, EventPlace place) {}
