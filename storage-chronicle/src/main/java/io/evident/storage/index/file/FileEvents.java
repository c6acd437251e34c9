package io.evident.storage.index.file;

import io.evident.pipeline.index.EventSet;
import io.evident.storage.index.events.Events;

/**
 * Events of a part that may still lie in its file: who counts some of them, or asks for a few, looks there. Who goes through
 * them soon does so in a copy. Thread-safe.
 */
final class FileEvents implements EventSet {
    private static final int FEW_LOOKS = 16;

    private final FilePart part;
    private final Events events;
    private final int size;
    /** {@code null} as long as nobody goes through them. */
    private volatile Events copy;
    /** How many were asked for; not exact when several threads ask. */
    private int looks;

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
        Events known = copy;
        return known != null ? known.size(fromEvent, toEvent) : part.searched(() -> events.size(fromEvent, toEvent));
    }

    @Override
    public int next(int fromEvent) {
        return hasCopy() ? copy.next(fromEvent) : part.searched(() -> events.next(fromEvent));
    }

    @Override
    public int previous(int fromEvent) {
        return hasCopy() ? copy.previous(fromEvent) : part.searched(() -> events.previous(fromEvent));
    }

    private boolean hasCopy() {
        if (copy == null && ++looks > FEW_LOOKS) {
            copy = part.searched(events::onHeap);
        }
        return copy != null;
    }
}
