package io.evident.storage.retention;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.blocks.SegmentSeal;
import io.evident.storage.blocks.ShardBlocks;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the segments that may be looked into; each seal is read once. For one thread. */
final class SealedSegments {
    private final FileOperations files;
    private final Path directory;
    private final Map<SegmentReader, SealedSegment> known = new HashMap<>();
    /** Whose seals do not fit, or say that there is nothing. */
    private final Set<SegmentReader> refused = new HashSet<>();

    SealedSegments(FileOperations files, Path directory) {
        this.files = files;
        this.directory = directory;
    }

    /** Those of a shard, oldest first, by their numbers. */
    List<Integer> of(ShardBlocks shard) throws IOException {
        List<Integer> sealed = new ArrayList<>();
        for (int i = 0; i < shard.segments(); i++) {
            if (find(shard, i) != null) {
                sealed.add(i);
            }
        }
        sealed.sort(Comparator.comparingInt(i -> known.get(shard.segment(i)).firstBlock()));
        return sealed;
    }

    /** One of them. */
    SealedSegment get(ShardBlocks shard, int segment) throws IOException {
        SealedSegment found = find(shard, segment);
        if (found == null) {
            throw new IllegalArgumentException(
                    "segment " + segment + " of shard " + shard.shard() + " is not sealed, or freed");
        }
        return found;
    }

    private SealedSegment find(ShardBlocks shard, int segment) throws IOException {
        SegmentReader reader = shard.segment(segment);
        if (reader.isFreed()) {
            known.remove(reader);
            return null;
        }
        SealedSegment found = known.get(reader);
        boolean isLookedAt =
                found != null || refused.contains(reader) || !reader.file().startsWith(directory);
        if (isLookedAt || !SegmentSeal.exists(files, reader.file().getParent())) {
            return found;
        }
        found = look(shard, segment, reader);
        if (found == null) {
            refused.add(reader);
        } else {
            known.put(reader, found);
        }
        return found;
    }

    /** Only what is exactly as it was sealed is touched: with damage, or blocks that are elsewhere too, it stays as it is. */
    private SealedSegment look(ShardBlocks shard, int segment, SegmentReader reader) throws IOException {
        SegmentSeal seal = SegmentSeal.read(files, reader.file().getParent(), shard.shard(), reader.name());
        if (seal == null || seal.blocks() == 0) {
            return null;
        }
        BlockInfo first = seal.block(0, segment);
        SealedSegment found = found(shard, segment, reader, seal, first);
        if (found == null) {
            shard.requireKnown(first.incarnation(), first.firstSequence());
            // It may have become known just now.
            found = found(shard, segment, reader, seal, first);
            if (found == null) {
                shard.requireKnown(first.incarnation(), first.firstSequence());
            }
        }
        return found;
    }

    private static SealedSegment found(
            ShardBlocks shard, int segment, SegmentReader reader, SegmentSeal seal, BlockInfo first) {
        int firstBlock = shard.indexOf(first.incarnation(), first.firstSequence());
        return seal.describes(shard, firstBlock, segment)
                ? new SealedSegment(shard, reader, firstBlock, firstBlock + seal.blocks(), seal.dataEnd())
                : null;
    }
}
