package io.evident.server.retention;

import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.control.RetentionControl;
import io.evident.server.retention.state.CutTable;
import io.evident.storage.retention.TenantTally;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a size cuts the shards: the sealed segments of all of them are counted from the newest to the oldest, by when their newest
 * event was received, and the first one that does not fit any more goes, with all that are older. What is in no sealed segment yet
 * is kept and not counted. Stateless.
 */
final class SizeCuts {
    private static final Comparator<Sealed> NEWEST_FIRST = Comparator.comparingLong(
                    (Sealed sealed) -> sealed.content().newestReceivedNs())
            .thenComparingInt(Sealed::shard)
            .thenComparingInt(Sealed::place)
            .reversed();
    private static final Comparator<Sealed> BY_PLACE = Comparator.comparingInt(Sealed::place);

    private SizeCuts() {}

    /**
     * A sealed segment.
     *
     * @param place its place among those of its shard, in the order of sequences
     */
    record Sealed(int shard, int place, SegmentContent content) {}

    /**
     * The first sequence that is kept in each shard.
     *
     * @param name a tenant, or {@link RetentionControl#OTHERS}
     * @param cuts what has expired already: it is not counted
     * @param shards how many there are
     */
    static long[] of(String name, long keepBytes, List<Sealed> segments, CutTable cuts, int shards) {
        Set<Sealed> fitting = new HashSet<>();
        long bytes = 0;
        for (Sealed sealed : segments.stream().sorted(NEWEST_FIRST).toList()) {
            Share share = share(name, sealed.content(), cuts);
            if (share.lastSequence < cuts.of(name, sealed.shard())) {
                continue;
            }
            bytes += share.bytes;
            if (bytes <= keepBytes) {
                fitting.add(sealed);
            } else {
                break;
            }
        }
        return behindWhatDoesNotFit(name, segments, fitting, cuts, shards);
    }

    /** In each shard, behind the segments in front of the first one that is kept: never behind that. */
    private static long[] behindWhatDoesNotFit(
            String name, List<Sealed> segments, Set<Sealed> fitting, CutTable cuts, int shards) {
        long[] wanted = new long[shards];
        boolean[] reached = new boolean[shards];
        for (Sealed sealed : segments.stream().sorted(BY_PLACE).toList()) {
            int shard = sealed.shard();
            long last = share(name, sealed.content(), cuts).lastSequence;
            reached[shard] |= fitting.contains(sealed);
            if (last >= 0 && !reached[shard]) {
                wanted[shard] = Math.max(wanted[shard], last + 1);
            }
        }
        return Arrays.equals(wanted, new long[shards]) ? new long[0] : wanted;
    }

    /** What a name has in a segment; the last sequence is -1 when that is nothing. */
    private record Share(long bytes, long lastSequence) {}

    private static Share share(String name, SegmentContent content, CutTable cuts) {
        if (!name.equals(RetentionControl.OTHERS)) {
            TenantTally tally = content.tenants().get(name);
            return tally == null ? new Share(0, -1) : new Share(tally.bytes(), tally.lastSequence());
        }
        long bytes = 0;
        long last = -1;
        Set<String> named = cuts.tenants();
        for (Map.Entry<String, TenantTally> entry : content.tenants().entrySet()) {
            if (!named.contains(entry.getKey()) && !entry.getKey().equals(TenantScope.SYSTEM)) {
                bytes += entry.getValue().bytes();
                last = Math.max(last, entry.getValue().lastSequence());
            }
        }
        return new Share(bytes, last);
    }
}
