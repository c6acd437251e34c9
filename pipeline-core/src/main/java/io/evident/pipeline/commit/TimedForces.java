package io.evident.pipeline.commit;

import io.evident.pipeline.journal.HungForceException;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.journal.StandbyVolume;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Forces a journal, and gives up one that hangs where the shard can go on elsewhere: such a journal is forced on a thread of
 * its own, which is left to itself then, as interrupting it would close its files. The committer only.
 */
public final class TimedForces {
    private final int shard;
    private ExecutorService thread;

    /** For one shard, whose number names the thread. */
    public TimedForces(int shard) {
        this.shard = shard;
    }

    /**
     * Forces the journal, on this thread when it has no standby volume.
     *
     * @throws HungForceException when that took longer than the standby volume allows
     * @throws IOException when it failed; {@link InterruptedIOException} when this thread was interrupted meanwhile
     */
    public void force(Journal journal) throws IOException {
        StandbyVolume standby = journal.standby();
        if (standby == null) {
            end();
            journal.force();
            return;
        }
        if (thread == null) {
            thread = Executors.newSingleThreadExecutor(this::newThread);
        }
        Future<?> force = thread.submit(() -> {
            journal.force();
            return null;
        });
        await(force, standby.forceTimeoutNs());
    }

    private void await(Future<?> force, long timeoutNs) throws IOException {
        try {
            force.get(timeoutNs, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            end();
            throw new HungForceException(TimeUnit.NANOSECONDS.toMillis(timeoutNs));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a force was under way");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException("a force failed: " + e.getCause(), e.getCause());
        }
    }

    private Thread newThread(Runnable work) {
        Thread made = new Thread(work, "force-" + shard);
        made.setDaemon(true);
        return made;
    }

    /** Ends the thread, as soon as it is done. */
    public void end() {
        if (thread != null) {
            thread.shutdown();
            thread = null;
        }
    }
}
