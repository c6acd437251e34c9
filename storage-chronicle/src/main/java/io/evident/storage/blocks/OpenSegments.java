package io.evident.storage.blocks;

import io.evident.storage.segment.SegmentReader;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of a shard that were read last: their files stay open, those of all others are let go, as there may be more segments than a
 * process may have files. Whoever reads a segment just then opens it anew. Thread-safe.
 */
final class OpenSegments {
    /** Of each shard; there are few shards, and few segments that are read at a time. */
    static final int MOST = 64;

    private static final Logger LOG = LoggerFactory.getLogger(OpenSegments.class);

    private final Map<SegmentReader, Boolean> lastRead = new LinkedHashMap<>(MOST * 2, 0.75f, true);
    private volatile SegmentReader last;

    /** A segment is read. */
    void read(SegmentReader segment) {
        if (segment == last) {
            return;
        }
        last = segment;
        SegmentReader oldest = put(segment);
        if (oldest != null) {
            try {
                oldest.letGo();
            } catch (IOException e) {
                LOG.warn("the file of segment {} could not be closed", oldest.label(), e);
            }
        }
    }

    private synchronized SegmentReader put(SegmentReader segment) {
        lastRead.put(segment, Boolean.TRUE);
        if (lastRead.size() <= MOST) {
            return null;
        }
        SegmentReader oldest = lastRead.keySet().iterator().next();
        lastRead.remove(oldest);
        return oldest;
    }
}
