package io.evident.storage.index.file;

import io.evident.pipeline.index.EventSet;
import io.evident.storage.index.events.Events;

/** Events of a part that may still lie in its file: what is asked of them looks there. Immutable. */
final class FileEvents implements EventSet {
    private final FilePart part;
    private final Events events;
    private final int size;

    FileEvents(FilePart part, Events events) {
        this.part = part;
        this.events = events;
        this.size = events.size();
    }

    /** For who takes care of pages that cannot be read. */
    Events events() {
        return events;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int size(int fromEvent, int toEvent) {
        return part.searched(() -> events.size(fromEvent, toEvent));
    }

    @Override
    public int next(int fromEvent) {
        return part.searched(() -> events.next(fromEvent));
    }

    @Override
    public int previous(int fromEvent) {
        return part.searched(() -> events.previous(fromEvent));
    }
}
