package io.evident.storage.emergency;

import io.evident.event.Lane;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.EmergencyJournal;
import io.evident.storage.segment.EnvelopeLayout;
import java.io.IOException;
import java.util.zip.CRC32C;

/** The emergency journal of a shard, behind what recovery found. */
final class FileEmergencyJournal implements EmergencyJournal {
    private final int shard;
    private final int incarnation;
    private final FileRing ring;
    private final KeptBlocks kept;
    private final CRC32C crc = new CRC32C();
    private volatile long nextPosition;
    private IOException failure;

    FileEmergencyJournal(int shard, int incarnation, FileRing ring, KeptBlocks kept, long nextPosition) {
        this.shard = shard;
        this.incarnation = incarnation;
        this.ring = ring;
        this.kept = kept;
        this.nextPosition = nextPosition;
    }

    @Override
    public int shard() {
        return shard;
    }

    @Override
    public long nextPosition() {
        return nextPosition;
    }

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // Only the emergency thread ever writes it.
    public BlockInfo append(Block block) throws IOException {
        if (failure != null) {
            throw new IOException(
                    "the emergency journal of shard " + shard + " failed earlier: " + failure.getMessage(), failure);
        }
        if (block.count() == 0 || block.firstSequence() != nextPosition || block.lane() != Lane.CRITICAL) {
            throw new IllegalArgumentException(
                    "a block of " + block.count() + " " + block.lane() + " events from position "
                            + block.firstSequence() + "; CRITICAL from " + nextPosition + " is next");
        }
        EnvelopeLayout.writeEmergency(block, shard, incarnation, crc);
        BlockInfo info;
        try {
            info = ring.write(block.bytes(), block.lengthBytes());
        } catch (IOException e) {
            failure = e;
            throw e;
        }
        if (info != null) {
            nextPosition = info.lastSequence() + 1;
            kept.add(info);
        }
        return info;
    }

    @Override
    public int workingCopies() {
        return ring.group().usableCount();
    }

    @Override
    public double fullness() {
        return ring.fullness();
    }

    @Override
    public void hideThrough(long position) {
        kept.hideThrough(position);
    }

    @Override
    public void discardThrough(long position) {
        if (position >= nextPosition) {
            throw new IllegalArgumentException(
                    "discard through position " + position + "; " + nextPosition + " is not given yet");
        }
        kept.hideThrough(position);
        ring.discardThrough(position);
    }

    @Override
    public void close() throws IOException {
        ring.group().close();
    }
}
