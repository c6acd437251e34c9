package io.evident.server.retention;

import io.evident.pipeline.control.RetentionControl;
import io.evident.server.retention.state.RetentionState;
import io.evident.storage.retention.TenantTally;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a size cuts the shards: the sealed segments of all of them are counted from the newest to the oldest, by when their newest
 * event was received, and the first one that does not fit any more goes, with all that are older. What is in no sealed segment yet
 * is kept and not counted, and neither is what has expired. For one look.
 */
final class SizeCuts {
    private static final Comparator<Sealed> NEWEST_FIRST = Comparator.comparingLong(
                    (Sealed sealed) -> sealed.content().newestReceivedNs())
            .thenComparingInt(Sealed::shard)
            .thenComparingInt(Sealed::place)
            .reversed();
    private static final Comparator<Sealed> BY_PLACE = Comparator.comparingInt(Sealed::place);

    private final List<Sealed> newestFirst;
    private final List<Sealed> byPlace;
    private final RetentionState state;
    private final int shards;
    private final Gone gone;

    /**
     * A sealed segment.
     *
     * @param place its place among those of its shard, in the order of sequences
     * @param segment its number
     * @param smallestBehind no event in the blocks behind it has a smaller sequence
     */
    record Sealed(int shard, int place, int segment, SegmentContent content, long smallestBehind) {}

    /** What has expired of a segment that a cut goes through. */
    interface Gone {
        /** By tenant; {@code null} when it cannot be told. */
        Map<String, TenantTally> of(Sealed sealed) throws IOException;
    }

    /**
     * @param state by whose cuts events have expired
     * @param shards how many there are
     */
    SizeCuts(List<Sealed> segments, RetentionState state, int shards, Gone gone) {
        this.newestFirst = segments.stream().sorted(NEWEST_FIRST).toList();
        this.byPlace = segments.stream().sorted(BY_PLACE).toList();
        this.state = state;
        this.shards = shards;
        this.gone = gone;
    }

    /**
     * The first sequence that is kept in each shard.
     *
     * @param name a tenant, or {@link RetentionControl#OTHERS}: all that do not stand apart, together
     */
    long[] of(String name, long keepBytes) throws IOException {
        Set<Sealed> fitting = new HashSet<>();
        long bytes = 0;
        for (Sealed sealed : newestFirst) {
            if (lastKept(name, sealed) < 0) {
                continue;
            }
            bytes += keptBytes(name, sealed);
            if (bytes <= keepBytes) {
                fitting.add(sealed);
            } else {
                break;
            }
        }
        return behindWhatDoesNotFit(name, fitting);
    }

    /** In each shard, behind the segments in front of the first one that is kept: never behind that. */
    private long[] behindWhatDoesNotFit(String name, Set<Sealed> fitting) {
        long[] wanted = new long[shards];
        boolean[] reached = new boolean[shards];
        for (Sealed sealed : byPlace) {
            int shard = sealed.shard();
            long last = lastKept(name, sealed);
            reached[shard] |= fitting.contains(sealed);
            if (last >= 0 && !reached[shard]) {
                wanted[shard] = Math.min(Math.max(wanted[shard], last + 1), sealed.smallestBehind());
            }
        }
        return Arrays.equals(wanted, new long[shards]) ? new long[0] : wanted;
    }

    /** The last sequence that a name has in a segment and that has not expired; -1 when there is none. */
    private long lastKept(String name, Sealed sealed) {
        if (!name.equals(RetentionControl.OTHERS)) {
            return lastKept(name, sealed.content().tenants().get(name), sealed.shard());
        }
        long last = -1;
        for (Map.Entry<String, TenantTally> entry : sealed.content().tenants().entrySet()) {
            if (!state.standsApart(entry.getKey())) {
                last = Math.max(last, lastKept(entry.getKey(), entry.getValue(), sealed.shard()));
            }
        }
        return last;
    }

    private long lastKept(String tenant, TenantTally tally, int shard) {
        return tally == null || tally.lastSequence() < state.cuts().by(tenant, shard) ? -1 : tally.lastSequence();
    }

    /** The bytes that a name has in a segment and that have not expired. */
    private long keptBytes(String name, Sealed sealed) throws IOException {
        if (!name.equals(RetentionControl.OTHERS)) {
            return keptBytes(name, sealed.content().tenants().get(name), sealed);
        }
        long bytes = 0;
        for (Map.Entry<String, TenantTally> entry : sealed.content().tenants().entrySet()) {
            if (!state.standsApart(entry.getKey())) {
                bytes += keptBytes(entry.getKey(), entry.getValue(), sealed);
            }
        }
        return bytes;
    }

    /** What cannot be told is not counted: it is the oldest that the tenant has in the shard. */
    private long keptBytes(String tenant, TenantTally tally, Sealed sealed) throws IOException {
        if (lastKept(tenant, tally, sealed.shard()) < 0) {
            return 0;
        }
        if (tally.firstSequence() >= state.cuts().by(tenant, sealed.shard())) {
            return tally.bytes();
        }
        Map<String, TenantTally> expired = gone.of(sealed);
        if (expired == null) {
            return 0;
        }
        TenantTally ofTenant = expired.get(tenant);
        return ofTenant == null ? tally.bytes() : tally.bytes() - ofTenant.bytes();
    }
}
