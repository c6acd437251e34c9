package io.evident.storage.emergency;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.EmergencySource;
import io.evident.pipeline.journal.FailedVolumeException;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.storage.segment.BlockFileReader;
import io.evident.storage.segment.BlockOwner;
import io.evident.storage.segment.DamageKind;
import io.evident.storage.segment.EnvelopeLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import java.util.zip.CRC32C;

/** The blocks that are not folded yet, in order of position. */
final class KeptBlocks implements EmergencySource {
    private static final int FIRST_CAPACITY = 16;

    /** Part of an array that is only ever written behind the end of every part that was given out. */
    private static final class Part extends AbstractList<BlockInfo> implements RandomAccess {
        private final BlockInfo[] all;
        private final int from;
        private final int to;

        Part(BlockInfo[] all, int from, int to) {
            this.all = all;
            this.from = from;
            this.to = to;
        }

        @Override
        public BlockInfo get(int index) {
            if (index < 0 || index >= to - from) {
                throw new IndexOutOfBoundsException("block " + index + " of " + size());
            }
            return all[from + index];
        }

        @Override
        public int size() {
            return to - from;
        }
    }

    private final int shard;
    private final CopyGroup group;
    private final BlockOwner owner;
    /** Why what is on a volume cannot be relied on any more, or {@code null}. */
    private volatile String failedVolume;

    private volatile Part part = new Part(new BlockInfo[FIRST_CAPACITY], 0, 0);

    KeptBlocks(int shard, CopyGroup group) {
        this.shard = shard;
        this.group = group;
        this.owner = BlockOwner.emergency(shard);
    }

    @Override
    public int shard() {
        return shard;
    }

    @Override
    public List<BlockInfo> blocks() {
        return part;
    }

    synchronized void add(BlockInfo block) {
        Part now = part;
        BlockInfo[] all = now.all;
        int from = now.from;
        int to = now.to;
        if (to == all.length) {
            all = Arrays.copyOfRange(all, from, from + Math.max(FIRST_CAPACITY, 2 * (to - from)));
            to -= from;
            from = 0;
        }
        all[to] = block;
        part = new Part(all, from, to + 1);
    }

    /** Lists no block any more that ends up to here. */
    synchronized void hideThrough(long position) {
        Part now = part;
        int from = now.from;
        while (from < now.to && now.all[from].lastSequence() <= position) {
            from++;
        }
        part = from == now.to ? new Part(new BlockInfo[FIRST_CAPACITY], 0, 0) : new Part(now.all, from, now.to);
    }

    /** See {@link OpenedEmergency#failVolume}. */
    void failVolume(Path directory, String reason, boolean hangs) {
        for (Copy copy : group.copies()) {
            if (copy.directory().startsWith(directory)) {
                failedVolume = reason;
                if (hangs) {
                    group.hangs(copy);
                }
            }
        }
    }

    @Override
    public void read(BlockInfo block, BlockReader into) throws IOException {
        // First where it is sure to be, and quickly; where it may hang, never: the writer reads here, too.
        List<IOException> failures = new ArrayList<>();
        if (readFromAny(true, block, into, failures) || readFromAny(false, block, into, failures)) {
            return;
        }
        IOException failure = failures.isEmpty()
                ? new IOException("shard " + shard + " has no copy of the emergency journal that can be read")
                : failures.get(0);
        failures.stream().skip(1).forEach(failure::addSuppressed);
        String reason = failedVolume;
        if (reason == null) {
            throw failure;
        }
        throw new FailedVolumeException(
                UnreadablePart.inEmergency(shard, block.firstSequence(), block.lastSequence(), reason), failure);
    }

    private boolean readFromAny(boolean working, BlockInfo block, BlockReader into, List<IOException> failures) {
        for (Copy copy : group.copies()) {
            if (copy.working() == working && !copy.mayHang()) {
                try {
                    readFrom(copy, block, into);
                    return true;
                } catch (IOException e) {
                    failures.add(e);
                }
            }
        }
        return false;
    }

    private void readFrom(Copy copy, BlockInfo block, BlockReader into) throws IOException {
        BlockFileReader file = copy.reader(block.segment());
        int length = block.lengthBytes();
        byte[] buffer = into.buffer(length);
        boolean whole = file.exists() && file.read(block.position(), buffer, 0, length) == length;
        DamageKind wrong = whole ? owner.check(buffer, 0, length, new CRC32C()) : DamageKind.TRUNCATED;
        if (wrong == null
                && !EnvelopeLayout.info(buffer, 0, block.segment(), block.position())
                        .equals(block)) {
            wrong = DamageKind.OVERLAP; // Written over: it was folded, and is kept no more.
        }
        if (wrong != null) {
            throw new IOException("shard " + shard + ", " + file.label() + ", block at " + block.position()
                    + " with positions " + block.firstSequence() + " to " + block.lastSequence() + ": " + wrong.text());
        }
        into.begin(block);
    }
}
