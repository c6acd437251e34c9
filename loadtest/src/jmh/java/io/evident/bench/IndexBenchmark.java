package io.evident.bench;

import io.evident.load.dataset.DataSet;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.storage.index.active.ActivePart;
import io.evident.storage.index.active.BlockTerms;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Blocks of {@value FilledShards#BLOCK_EVENTS} events of the large data set into a part of the index in memory, as the indexer
 * does, a new part whenever one is full; the figure is for one event. What is allocated is what a part keeps, in the end.
 */
@State(Scope.Thread)
public class IndexBenchmark {
    /** As many as a part takes, nearly; a multiple of a block's. */
    @Param("262000")
    public int events;

    private final List<BlockReader> blocks = new ArrayList<>();
    private final BlockTerms terms = new BlockTerms();
    private ActivePart part;
    private int next;

    @Setup
    public void prepare() throws IOException {
        try (FilledShards filled = FilledShards.with(new DataSet(1, events), 1)) {
            BlockSource source = filled.shards().get(0).blocks();
            for (int i = 0; i < source.blockCount(); i++) {
                BlockReader block = new BlockReader();
                source.read(source.block(i), block);
                blocks.add(block);
            }
        }
    }

    @Benchmark
    @OperationsPerInvocation(FilledShards.BLOCK_EVENTS)
    public ActivePart add() {
        BlockReader block = blocks.get(next);
        next = next + 1 == blocks.size() ? 0 : next + 1;
        block.beginAgain();
        if (part == null || !part.takes(block.block())) {
            part = new ActivePart(0, 0, block.block());
        }
        part.add(block, terms);
        return part;
    }
}
