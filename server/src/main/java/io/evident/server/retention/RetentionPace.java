package io.evident.server.retention;

import io.evident.storage.archive.ArchiveWriter;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Holds the retention thread back, so that it is in nobody's way, and ends what it does when the server stops. */
final class RetentionPace implements ArchiveWriter.Pace {
    private static final long BYTES_PER_PAUSE = 1 << 20;

    private final long bytesPerSecond;
    private long unpaused;
    private volatile boolean ending;

    RetentionPace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    @Override
    public void spend(int bytes) throws InterruptedIOException {
        if (ending) {
            throw new InterruptedIOException("the server stops");
        }
        unpaused += bytes;
        if (unpaused >= BYTES_PER_PAUSE) {
            LockSupport.parkNanos(this, (long) ((double) TimeUnit.SECONDS.toNanos(1) * unpaused / bytesPerSecond));
            unpaused = 0;
        }
    }

    boolean isEnding() {
        return ending;
    }

    void end() {
        ending = true;
    }
}
