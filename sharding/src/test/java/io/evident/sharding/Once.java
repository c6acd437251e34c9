package io.evident.sharding;

import java.util.concurrent.atomic.AtomicReference;

/** Something that a test lets happen once, in the middle of what it tests. */
final class Once {
    private final AtomicReference<Runnable> next = new AtomicReference<>();

    void then(Runnable what) {
        next.set(what);
    }

    void run() {
        Runnable what = next.getAndSet(null);
        if (what != null) {
            what.run();
        }
    }
}
