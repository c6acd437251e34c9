package io.evident.server.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventStamp;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.retention.Expired;
import io.evident.storage.retention.Removal;
import io.evident.storage.retention.TenantTally;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** A shard in memory whose segments can be removed from, and whose blocks can be damaged. */
final class MemoryRetained implements RetainedShard, BlockSource {
    /** One event of it. */
    record Kept(String tenant, long receivedNs, long sequence, int segment, long bytes) {}

    private final int shard;
    private final List<BlockInfo> blocks = new CopyOnWriteArrayList<>();
    private final List<byte[]> bytes = new CopyOnWriteArrayList<>();
    private final List<Kept> events = new CopyOnWriteArrayList<>();
    private final Set<Integer> damaged = new HashSet<>();
    private final Set<Integer> unreadable = new HashSet<>();
    private final Set<Integer> freed = new TreeSet<>();
    private final List<String> removals = new CopyOnWriteArrayList<>();
    private int segment;
    private long nextSequence;
    private int incarnation = 1;
    private long unforcedFrom = Long.MAX_VALUE;
    private int reads;

    MemoryRetained(int shard) {
        this.shard = shard;
    }

    /** Appends a block of a tenant's events that were received at these times. */
    void append(String tenant, long... receivedNs) {
        String[] tenants = new String[receivedNs.length];
        Arrays.fill(tenants, tenant);
        append(tenants, receivedNs);
    }

    void append(String[] tenants, long[] receivedNs) {
        Block block = new Block();
        block.begin(Lane.STANDARD, 1, nextSequence);
        for (int i = 0; i < tenants.length; i++) {
            byte[] event = stamped(tenants[i], receivedNs[i]);
            block.add(event, 0, event.length, receivedNs[i]);
            events.add(new Kept(tenants[i], receivedNs[i], nextSequence + i, segment, event.length + Integer.BYTES));
        }
        blocks.add(new BlockInfo(
                segment,
                blocks.size(),
                block.lengthBytes(),
                incarnation,
                1,
                Lane.STANDARD,
                nextSequence,
                block.count(),
                block.minTimeNs(),
                block.maxTimeNs()));
        bytes.add(Arrays.copyOf(block.bytes(), block.lengthBytes()));
        nextSequence += block.count();
    }

    private static byte[] stamped(String tenant, long receivedNs) {
        EventEncoder encoder = new EventEncoder();
        assertThat(AuditEvent.builder(tenant, "user", "document.read")
                        .resource("document", "doc-1")
                        .timeNs(0L)
                        .build()
                        .encodeInto(encoder))
                .isNull();
        byte[] supplied = new byte[encoder.encodedLength()];
        encoder.encode(supplied, 0);
        EventView view = new EventView();
        assertThat(view.wrap(supplied, 0, supplied.length)).isNull();
        byte[] stamped = new byte[EventStamp.stampedLength(view, new byte[0])];
        EventStamp.copyStamped(view, 1, 1, receivedNs, new byte[0], stamped, 0);
        return stamped;
    }

    /** What comes from now on is in another segment. */
    void seal() {
        segment++;
    }

    void damageBlock(int block) {
        damaged.add(block);
    }

    void mendBlock(int block) {
        damaged.remove(block);
    }

    /** What comes from now on is of a later incarnation, which begins at a sequence, and in another segment. */
    void reopen(long fromSequence) {
        segment++;
        incarnation++;
        nextSequence = fromSequence;
    }

    /** From this sequence on nothing is forced. */
    void leaveUnforced(long fromSequence) {
        unforcedFrom = fromSequence;
    }

    void makeUnreadable(int sealedSegment) {
        unreadable.add(sealedSegment);
    }

    int reads() {
        return reads;
    }

    List<Kept> events() {
        return events;
    }

    List<String> removals() {
        return removals;
    }

    @Override
    public int shard() {
        return shard;
    }

    @Override
    public int blockCount() {
        return blocks.size();
    }

    @Override
    public BlockInfo block(int index) {
        return blocks.get(index);
    }

    @Override
    public int nextKept(int block) {
        int at = block;
        while (at < blocks.size() && freed.contains(blocks.get(at).segment())) {
            at++;
        }
        return at;
    }

    @Override
    public long foldedThrough(int blockCount) {
        return 0;
    }

    @Override
    public void read(BlockInfo block, BlockReader into) throws IOException {
        reads++;
        if (damaged.contains((int) block.position())) {
            throw new IOException("the checksum is wrong");
        }
        byte[] stored = bytes.get((int) block.position());
        System.arraycopy(stored, 0, into.buffer(stored.length), 0, stored.length);
        into.begin(block);
    }

    @Override
    public byte[] readEvent(BlockInfo block, EventPlace place) throws IOException {
        throw new IOException("nobody asks for single events");
    }

    @Override
    public BlockSource blocks() {
        return this;
    }

    @Override
    public long syncedSequence() {
        return unforcedFrom - 1;
    }

    @Override
    public List<Integer> sealed() {
        List<Integer> sealed = new ArrayList<>();
        for (int i = 0; i < segment; i++) {
            if (!freed.contains(i)) {
                sealed.add(i);
            }
        }
        return sealed;
    }

    @Override
    public SegmentContent content(int ofSegment) throws IOException {
        if (unreadable.contains(ofSegment)) {
            throw new IOException("segment " + ofSegment + " is damaged");
        }
        Map<String, TenantTally> tenants = tally(ofSegment, Long.MAX_VALUE, null);
        long newest = tenants.values().stream()
                .mapToLong(TenantTally::newestReceivedNs)
                .max()
                .orElse(0);
        return new SegmentContent(tenants, newest);
    }

    @Override
    public long newestReceivedNs(int ofSegment, int block) throws IOException {
        content(ofSegment);
        BlockInfo info = blocks.get(block);
        return events.stream()
                .filter(kept -> kept.sequence() >= info.firstSequence() && kept.sequence() <= info.lastSequence())
                .filter(kept -> kept.segment() == ofSegment)
                .mapToLong(Kept::receivedNs)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    private Map<String, TenantTally> tally(int ofSegment, long below, ShardHorizon horizon) {
        Map<String, TenantTally> tenants = new HashMap<>();
        for (Kept kept : events) {
            long end = horizon == null ? below : horizon.of(kept.tenant());
            if (kept.segment() == ofSegment && kept.sequence() < end) {
                tenants.merge(
                        kept.tenant(),
                        new TenantTally(1, kept.bytes(), kept.sequence(), kept.sequence(), kept.receivedNs()),
                        (one, more) -> new TenantTally(
                                one.events() + more.events(),
                                one.bytes() + more.bytes(),
                                one.firstSequence(),
                                more.lastSequence(),
                                Math.max(one.newestReceivedNs(), more.newestReceivedNs())));
            }
        }
        return tenants;
    }

    @Override
    public Expired expired(int ofSegment, ShardHorizon horizon) {
        Map<String, TenantTally> gone = tally(ofSegment, 0, horizon);
        Map<String, TenantTally> all = tally(ofSegment, Long.MAX_VALUE, null);
        return new Expired(gone, gone.equals(all));
    }

    @Override
    public Removal remove(int ofSegment, ShardHorizon horizon) {
        Expired expired = expired(ofSegment, horizon);
        long before = events.stream()
                .filter(kept -> kept.segment() == ofSegment)
                .mapToLong(Kept::bytes)
                .sum();
        events.removeIf(kept -> kept.segment() == ofSegment && kept.sequence() < horizon.of(kept.tenant()));
        if (expired.all()) {
            freed.add(ofSegment);
        }
        removals.add((expired.all() ? "freed " : "reduced ") + ofSegment);
        return new Removal(expired.all(), expired.tenants(), before, before - expired.bytes());
    }

    @Override
    public String name(int ofSegment) {
        return "segment-" + ofSegment;
    }
}
