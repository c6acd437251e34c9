package io.evident.sharding.tail;

import io.evident.pipeline.query.LiveTail;
import io.evident.pipeline.query.StoredEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A follower that keeps what it gets, as slow as it is told to be. */
class Recorder implements LiveTail.Follower {
    final List<StoredEvent> events = new CopyOnWriteArrayList<>();
    final List<String> positions = new CopyOnWriteArrayList<>();
    final List<String> beginnings = new CopyOnWriteArrayList<>();
    final List<Long> lags = new CopyOnWriteArrayList<>();
    /** How many events it takes before it is no longer ready; only the thread that takes the turns may change it. */
    int credit = Integer.MAX_VALUE;

    final AtomicInteger flushes = new AtomicInteger();
    final AtomicInteger unflushed = new AtomicInteger();

    @Override
    public boolean isReady() {
        return events.size() < credit;
    }

    @Override
    public void beginning(String position) {
        if (!isReady() || !events.isEmpty()) {
            throw new AssertionError("was told where it begins at the wrong time");
        }
        beginnings.add(position);
    }

    @Override
    public void event(StoredEvent event, String position) {
        if (!isReady()) {
            throw new AssertionError("was offered an event while it was not ready");
        }
        events.add(event);
        positions.add(position);
        unflushed.incrementAndGet();
    }

    @Override
    public void lag(long eventsBehind) {
        lags.add(eventsBehind);
    }

    @Override
    public void flush() {
        flushes.incrementAndGet();
        unflushed.set(0);
    }

    List<String> identities() {
        return events.stream()
                .map(event -> event.shard() + "/" + event.incarnation() + "/" + event.sequence())
                .toList();
    }

    List<String> identitiesOf(int shard) {
        return identities().stream().filter(id -> id.startsWith(shard + "/")).toList();
    }
}
