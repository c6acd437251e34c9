package io.evident.pipeline;

import io.evident.pipeline.agent.WakingIdle;
import io.evident.pipeline.writer.ShardWriter;
import io.evident.pipeline.writer.WriterProgress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;

/**
 * The writers that share one thread, in turns. One thread works; another one may add writers meanwhile, and may take them
 * back as long as nothing was sent to them.
 */
final class WriterGroup implements Agent {
    /** Whoever has work for a writer wakes it, so that an idle server may rest. */
    private static final long REST_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final int number;
    // Without spins: a writer that looks on would write many small blocks while a frame is still being read.
    private final WakingIdle idle = new WakingIdle(0, REST_NS);
    private final WriterProgress progress = new WriterProgress();
    private volatile ShardWriter[] writers = {};
    /** Whose turn it is after one that threw: the others must not starve behind it. The working thread's. */
    private int next;

    WriterGroup(int number) {
        this.number = number;
    }

    void add(ShardWriter writer) {
        ShardWriter[] more = Arrays.copyOf(writers, writers.length + 1);
        more[writers.length] = writer;
        writers = more;
    }

    void remove(ShardWriter writer) {
        writers = Arrays.stream(writers).filter(each -> each != writer).toArray(ShardWriter[]::new);
    }

    /** How many shards it has. */
    int size() {
        return writers.length;
    }

    /** How its thread rests. */
    WakingIdle idle() {
        return idle;
    }

    /** How its thread gets on. */
    WriterProgress progress() {
        return progress;
    }

    @Override
    public int doWork() {
        ShardWriter[] now = writers;
        int work = 0;
        while (next < now.length) {
            work += now[next++].doWork();
        }
        next = 0;
        return work;
    }

    @Override
    public String roleName() {
        return "writer-" + number;
    }
}
