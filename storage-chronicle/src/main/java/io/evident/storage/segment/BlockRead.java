package io.evident.storage.segment;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.EventPlace;
import io.evident.pipeline.journal.RemovedEventException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads a block, or some of its events, and believes nothing that its checksums do not say. Any thread.
 *
 * @param shard the shard that the block has to be of
 * @param segment the file that it is in
 * @param block where it is and what it has to be
 */
public record BlockRead(int shard, SegmentReader segment, BlockInfo block) {
    /** To read so much that is not wanted costs less than another read. */
    private static final int GAP_BYTES = 4 * 1024;
    /** Most that is read at once. */
    private static final int TOGETHER_BYTES = 64 * 1024;

    /**
     * All of it.
     *
     * @throws IOException when it cannot be read, is damaged or is another one
     */
    public void whole(BlockReader into) throws IOException {
        int length = block.lengthBytes();
        byte[] buffer = into.buffer(length);
        if (segment.read(block.position(), buffer, 0, length) < length) {
            throw damaged("the file ends within it");
        }
        DamageKind wrong = EnvelopeLayout.check(buffer, 0, length, new CRC32C());
        if (wrong != null) {
            throw damaged(wrong.text());
        }
        boolean sameBlock = EnvelopeLayout.shard(buffer, 0) == shard
                && EnvelopeLayout.info(buffer, 0, block.segment(), block.position())
                        .equals(block);
        if (!sameBlock) {
            throw damaged("another block stands there");
        }
    }

    /**
     * Some events, in ascending order of their places; neighbours are read together.
     *
     * @throws RemovedEventException when one of them was removed
     * @throws IOException when one cannot be read or is not what was written
     */
    public List<byte[]> events(List<EventPlace> places) throws IOException {
        List<byte[]> events = new ArrayList<>(places.size());
        for (int first = 0; first < places.size(); ) {
            int behind = behindNeighbours(places, first);
            addNeighbours(places.subList(first, behind), events);
            first = behind;
        }
        return events;
    }

    /** Behind the places that begin here and are read together. In front of each stands its length. */
    private static int behindNeighbours(List<EventPlace> places, int first) {
        long from = places.get(first).offset();
        int behind = first + 1;
        while (behind < places.size()) {
            long gap = places.get(behind).offset() - endOf(places.get(behind - 1));
            if (gap < Integer.BYTES || gap > GAP_BYTES || endOf(places.get(behind)) - from > TOGETHER_BYTES) {
                break;
            }
            behind++;
        }
        return behind;
    }

    private static long endOf(EventPlace place) {
        return (long) place.offset() + place.lengthBytes();
    }

    private void addNeighbours(List<EventPlace> places, List<byte[]> events) throws IOException {
        for (EventPlace place : places) {
            if (place.offset() < EnvelopeLayout.BYTES
                    || place.lengthBytes() < 0
                    || endOf(place) > block.lengthBytes()) {
                throw damaged("event " + place.sequence() + " is said to stand outside of it");
            }
        }
        EventPlace last = places.get(places.size() - 1);
        int from = places.get(0).offset() - Integer.BYTES;
        byte[] bytes = new byte[(int) (endOf(last) - from)];
        if (segment.read(block.position() + from, bytes, 0, bytes.length) < bytes.length) {
            throw damaged("the file ends within event " + last.sequence() + " or in front of it");
        }
        for (EventPlace place : places) {
            events.add(event(bytes, place.offset() - from, place));
        }
    }

    /** One of the events that were read. */
    private byte[] event(byte[] bytes, int at, EventPlace place) throws IOException {
        if (BlockReduction.isRemoved(bytes, at - Integer.BYTES)) {
            throw removed(place);
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, place.lengthBytes());
        if ((int) crc.getValue() != place.crc32c()) {
            throw damaged("event " + place.sequence() + " is not what was written");
        }
        return Arrays.copyOfRange(bytes, at, at + place.lengthBytes());
    }

    /** What to throw for an event that was removed. */
    public RemovedEventException removed(EventPlace place) {
        return new RemovedEventException("event " + place.sequence() + " of shard " + shard + " was removed");
    }

    private IOException damaged(String reason) {
        return new IOException("shard " + shard + ", segment " + segment.name() + ", block at " + block.position()
                + " with sequences " + block.firstSequence() + " to " + block.lastSequence() + ": " + reason);
    }
}
