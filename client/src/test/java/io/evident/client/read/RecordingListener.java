package io.evident.client.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.client.read.answer.ReadException;
import io.evident.client.read.answer.StoredEvent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what it is told. */
final class RecordingListener implements FollowListener {
    private static final long PATIENCE_S = 20;

    final List<Boolean> gaps = new CopyOnWriteArrayList<>();
    final List<ReadException> breaks = new CopyOnWriteArrayList<>();
    final List<Integer> failures = new CopyOnWriteArrayList<>();
    final List<Long> lags = new CopyOnWriteArrayList<>();
    final List<String> positions = new CopyOnWriteArrayList<>();
    final BlockingQueue<Optional<RuntimeException>> ends = new LinkedBlockingQueue<>();
    final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
    final BlockingQueue<StoredEvent> events = new LinkedBlockingQueue<>();

    @Override
    public void event(StoredEvent event, String position) {
        positions.add(position);
        events.add(event);
        calls.add("event");
    }

    @Override
    public void lag(long eventsBehind) {
        lags.add(eventsBehind);
        calls.add("lag");
    }

    @Override
    public void connected(boolean gapPossible) {
        gaps.add(gapPossible);
        calls.add("connected");
    }

    @Override
    public void disconnected(ReadException why, int count) {
        breaks.add(why);
        failures.add(count);
        calls.add("disconnected");
    }

    @Override
    public void ended(RuntimeException why) {
        ends.add(Optional.ofNullable(why));
        calls.add("ended");
    }

    StoredEvent awaitEvent() throws InterruptedException {
        StoredEvent event = events.poll(PATIENCE_S, TimeUnit.SECONDS);
        assertThat(event).as("an event").isNotNull();
        return event;
    }

    void awaitCall(String name) throws InterruptedException {
        for (String call = ""; !call.equals(name); ) {
            call = calls.poll(PATIENCE_S, TimeUnit.SECONDS);
            assertThat(call).as("a call of " + name).isNotNull();
        }
    }

    /** What the following ended with; {@code null} when it was closed. */
    RuntimeException awaitEnd() throws InterruptedException {
        Optional<RuntimeException> why = ends.poll(PATIENCE_S, TimeUnit.SECONDS);
        assertThat(why).as("an end").isNotNull();
        return why.orElse(null);
    }
}
