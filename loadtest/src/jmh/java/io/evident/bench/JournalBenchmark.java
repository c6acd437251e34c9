package io.evident.bench;

import io.evident.event.Lane;
import io.evident.load.intake.SyntheticEvents;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.Journal;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Blocks of 1,000 events of 256 bytes into a real segment, envelope and hash link included; each figure is for one event. The
 * journal begins anew with each iteration, so its pages are fresh: the page cache is cold.
 */
@State(Scope.Thread)
public class JournalBenchmark {
    private final Encoded events = Encoded.of(SyntheticEvents.list(1, Frames.EVENT_BYTES, 0));
    private final Block block = new Block();
    private BenchDirectory directory;
    private DataDirectory data;
    private Journal journal;

    @Setup(Level.Iteration)
    public void open() throws IOException {
        directory = BenchDirectory.create();
        data = DataDirectory.open(directory.path(), JournalSettings.defaults().withSealingThreads());
        journal = data.openShards(1).get(0).journal();
        data.startSpace();
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
        data.close();
        directory.close();
    }

    @Benchmark
    @OperationsPerInvocation(Block.MAX_EVENTS)
    public BlockInfo append() throws IOException {
        block.begin(Lane.STANDARD, 1, journal.nextSequence());
        for (int i = 0; i < Block.MAX_EVENTS; i++) {
            byte[] event = events.next();
            block.add(event, 0, event.length, journal.nextSequence());
        }
        return journal.append(block);
    }

    @Benchmark
    @OperationsPerInvocation(Block.MAX_EVENTS)
    public BlockInfo appendAndForce() throws IOException {
        BlockInfo info = append();
        journal.force();
        return info;
    }
}
