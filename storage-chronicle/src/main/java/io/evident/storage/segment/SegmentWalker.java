package io.evident.storage.segment;

import io.evident.pipeline.journal.BlockInfo;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Walks the blocks of one segment's file in order, straight over Chronicle's bytes: a header word (u32, at a multiple of
 * 4) before each document holds its length in 30 bits, and says whether it is metadata (bit 30: the file's own header
 * and index pages, which are skipped) or unfinished (bit 31). Zero is the end of what was written.
 *
 * <p>Nothing that it reads is trusted. Where there should be a block and is none, it searches behind the last good
 * block for the next whole one, by magic and checksum, so that damage costs only what it hit. Bound to one thread.
 */
public final class SegmentWalker {
    /** What a step found. */
    public enum Step {
        /** A whole block: see {@link #bytes}. */
        BLOCK,
        /** Something wrong, now passed by: see {@link #damage}. */
        DAMAGE,
        /** Nothing more; where the segment is still written, nothing more yet. */
        END
    }

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int UNFINISHED_BIT = 1 << 31;
    private static final int METADATA_BIT = 1 << 30;
    private static final int LENGTH_MASK = METADATA_BIT - 1;
    private static final int END_OF_DATA = UNFINISHED_BIT | METADATA_BIT;
    private static final int HEADER_BYTES = Integer.BYTES;
    /** Chronicle's metadata documents are a header of some hundred bytes and index pages of 32 KiB. */
    private static final int MAX_METADATA_BYTES = 1 << 16;

    private static final int WINDOW_BYTES = 1 << 20;
    private static final byte[] ZEROS = new byte[WINDOW_BYTES];
    /** How far to search while the segment is written: any two blocks fit, and a step stays cheap. */
    private static final int LIVE_SEARCH_BYTES = 1 << 22;

    private final BlockFileReader reader;
    private final BlockOwner owner;
    private final CRC32C crc = new CRC32C();
    private final byte[] window;
    private long windowStart;
    private int windowLength;
    private long behindLastBlock;
    /** A block that a search found, whose header word need not be right; -1 when there is none. */
    private long foundBlock = -1;
    /** Whether a live segment was looked at anew after something whole was seen behind something bad. */
    private boolean lookedAgain;

    private long blockPosition;
    private Damage damage;

    /**
     * Begins before the first block.
     *
     * @param shard the shard that the blocks have to be of
     */
    public SegmentWalker(SegmentReader reader, int shard) {
        this(reader, segment(reader, shard), new byte[WINDOW_BYTES]);
    }

    /** Works in the window of a walker that is done. */
    public SegmentWalker(SegmentReader reader, int shard, SegmentWalker done) {
        this(reader, segment(reader, shard), done.window);
    }

    /** Walks another file of blocks: whatever its owner, it has the same words around them. */
    public SegmentWalker(BlockFileReader reader, BlockOwner owner) {
        this(reader, owner, new byte[WINDOW_BYTES]);
    }

    /** Walks another file of blocks in the window of a walker that is done. */
    public SegmentWalker(BlockFileReader reader, BlockOwner owner, SegmentWalker done) {
        this(reader, owner, done.window);
    }

    private static BlockOwner segment(SegmentReader reader, int shard) {
        return new BlockOwner(EnvelopeLayout.FLAGS_PLAIN, shard, reader.name().incarnation());
    }

    private SegmentWalker(BlockFileReader reader, BlockOwner owner, byte[] window) {
        this.reader = reader;
        this.owner = owner;
        this.window = window;
    }

    /**
     * Goes on to the next block.
     *
     * @param finished whether nobody writes the segment any more; while somebody may, an unfinished or bad block with
     *     nothing whole behind it is only the end for now
     */
    public Step next(boolean finished) throws IOException {
        if (foundBlock >= 0) {
            return blockFound();
        }
        long at = behindLastBlock;
        while (true) {
            int word = word(at);
            int length = word & LENGTH_MASK;
            if (word == 0 || word == END_OF_DATA) {
                return finished ? searchBehind(at, kindOfEnd(at), true) : endForNow();
            }
            if ((word & UNFINISHED_BIT) != 0) {
                // Chronicle leaves zero until a document is done, so this was never written.
                return searchBehind(at, DamageKind.HEADER, finished);
            }
            if ((word & METADATA_BIT) == 0) {
                DamageKind wrong = checkTwice(at + HEADER_BYTES, length);
                return wrong == null ? block(at + HEADER_BYTES, length) : searchBehind(at, wrong, finished);
            }
            if (length > MAX_METADATA_BYTES) {
                return searchBehind(at, DamageKind.HEADER, finished);
            }
            at = behind(at, length);
        }
    }

    /** The bytes in which the block stands, from {@link #blockOffset}; valid until the next step. */
    public byte[] bytes() {
        return window;
    }

    /** Where in {@link #bytes} the block begins. */
    public int blockOffset() {
        return offset(blockPosition);
    }

    /** The description of the block, under the number that its segment has among the shard's. */
    public BlockInfo info(int segment) {
        return EnvelopeLayout.info(window, blockOffset(), segment, blockPosition);
    }

    /** What the last step found wrong. */
    public Damage damage() {
        return damage;
    }

    /** Where the last good block ends; 0 before the first. */
    public long behindLastBlock() {
        return behindLastBlock;
    }

    private Step block(long position, int length) {
        blockPosition = position;
        behindLastBlock = behind(position - HEADER_BYTES, length);
        lookedAgain = false;
        return Step.BLOCK;
    }

    private Step blockFound() throws IOException {
        long position = foundBlock;
        foundBlock = -1;
        ensure(position, EnvelopeLayout.BYTES);
        int length = EnvelopeLayout.length(window, offset(position));
        ensure(position, length);
        return block(position, length);
    }

    private Step endForNow() {
        // What was read beyond the end is not what will stand there.
        windowLength = 0;
        lookedAgain = false;
        return Step.END;
    }

    /** What the end of a finished segment looks like; {@code null} when it is a plain end. */
    private DamageKind kindOfEnd(long at) throws IOException {
        // Chronicle writes the header word last: a crash leaves a block that is begun behind a zero.
        boolean begun = ensure(at + HEADER_BYTES, Long.BYTES) == Long.BYTES
                && EnvelopeLayout.startsLikeBlock(window, offset(at + HEADER_BYTES));
        return begun ? DamageKind.UNFINISHED : null;
    }

    /**
     * Searches for the next whole block from the end of the last one, as nothing that was read since can be relied on.
     *
     * @param at where the walk stopped
     * @param kind what is wrong there, or {@code null} when it looks like the end of what was written
     */
    private Step searchBehind(long at, DamageKind kind, boolean finished) throws IOException {
        long size = reader.sizeBytes();
        long from = behindLastBlock;
        windowLength = 0;
        foundBlock = findBlock(from, finished ? size : Math.min(size, at + LIVE_SEARCH_BYTES));
        if (foundBlock >= 0 && !finished && !lookedAgain) {
            // The writer may have got here between two reads. It writes in order: now that a block is seen, all before
            // it stays as it is, so what is still bad then is damage.
            lookedAgain = true;
            foundBlock = -1;
            windowLength = 0;
            return next(false);
        }
        if (foundBlock >= 0) {
            damage = passedBy(at, kind);
            return Step.DAMAGE;
        }
        if (!finished) {
            return endForNow();
        }
        behindLastBlock = Math.max(from, size);
        return kind == null ? leftovers(at + HEADER_BYTES, size) : noted(kind, at, 0, "no whole block follows");
    }

    private Step noted(DamageKind kind, long at, long lengthBytes, String detail) {
        damage = damage(kind, at, lengthBytes, detail);
        return Step.DAMAGE;
    }

    /**
     * The end of what was written, unless bytes stand behind it. What a crash leaves of a block that was being written is
     * no longer than one; more than that was something else once.
     */
    private Step leftovers(long from, long size) throws IOException {
        long first = -1;
        long behind = from;
        for (long at = from; at < size; at += WINDOW_BYTES) {
            int available = ensure(at, WINDOW_BYTES);
            int offset = offset(at);
            int set = Arrays.mismatch(window, offset, offset + available, ZEROS, 0, available);
            if (set >= 0) {
                first = first < 0 ? at + set : first;
                int last = offset + available;
                while (window[last - 1] == 0) {
                    last--;
                }
                behind = windowStart + last;
            }
        }
        if (first < 0) {
            return Step.END;
        }
        return behind - from <= EnvelopeLayout.MAX_BLOCK_BYTES
                ? noted(DamageKind.UNFINISHED, first, behind - first, "bytes of no whole block behind the end")
                : noted(DamageKind.NOT_A_BLOCK, first, behind - first, "bytes of no whole block behind the end");
    }

    private Damage passedBy(long at, DamageKind kind) throws IOException {
        if (foundBlock != at + HEADER_BYTES) {
            DamageKind named = kind == null || kind == DamageKind.UNFINISHED ? DamageKind.HEADER : kind;
            return damage(named, at, foundBlock - HEADER_BYTES - at, "whole blocks follow");
        }
        int length = EnvelopeLayout.length(window, offset(foundBlock));
        boolean isLast = kind == DamageKind.UNFINISHED && word(behind(at, length)) == 0;
        return damage(
                isLast ? DamageKind.UNFINISHED : DamageKind.HEADER, at, 0, "the block behind this header is whole");
    }

    private Damage damage(DamageKind kind, long at, long lengthBytes, String detail) {
        return new Damage(kind, reader.label(), at, lengthBytes, detail);
    }

    /** Where the first whole block of this segment begins that lies between two positions, or -1. */
    private long findBlock(long from, long to) throws IOException {
        long position = from + HEADER_BYTES;
        while (position + EnvelopeLayout.BYTES <= to) {
            if (ensure(position, EnvelopeLayout.BYTES) < EnvelopeLayout.BYTES) {
                return -1;
            }
            int available = (int) (windowStart + windowLength - position);
            int candidate = findMagic(offset(position), offset(position) + available);
            if (candidate < 0) {
                position += (available - EnvelopeLayout.BYTES & -HEADER_BYTES) + HEADER_BYTES;
                continue;
            }
            position = windowStart + candidate;
            if (check(position, EnvelopeLayout.length(window, candidate)) == null) {
                return position;
            }
            position += HEADER_BYTES;
        }
        return -1;
    }

    /** The first place in a part of the window where an envelope may begin that lies within it, or -1. */
    private int findMagic(int from, int to) {
        // Most of what is searched is the part of the file that was never written: all zeros.
        int firstSet = Arrays.mismatch(window, from, to, ZEROS, 0, to - from);
        if (firstSet < 0) {
            return -1;
        }
        for (int at = from + (firstSet & -HEADER_BYTES); at + EnvelopeLayout.BYTES <= to; at += HEADER_BYTES) {
            if (EnvelopeLayout.startsLikeBlock(window, at)) {
                return at;
            }
        }
        return -1;
    }

    /** Checks again with fresh bytes before it condemns: a live writer may have been half-way when they were read. */
    private DamageKind checkTwice(long position, int length) throws IOException {
        DamageKind wrong = check(position, length);
        if (wrong == null) {
            return null;
        }
        windowLength = 0;
        return check(position, length);
    }

    private DamageKind check(long position, int length) throws IOException {
        if (length < EnvelopeLayout.BYTES || length > EnvelopeLayout.MAX_BLOCK_BYTES) {
            return DamageKind.NOT_A_BLOCK;
        }
        if (ensure(position, length) < length) {
            return DamageKind.TRUNCATED;
        }
        return owner.check(window, offset(position), length, crc);
    }

    private int word(long at) throws IOException {
        return ensure(at, HEADER_BYTES) < HEADER_BYTES ? 0 : (int) INT.get(window, offset(at));
    }

    private static long behind(long header, int length) {
        return (header + HEADER_BYTES + length + HEADER_BYTES - 1) & -HEADER_BYTES;
    }

    private int offset(long position) {
        return (int) (position - windowStart);
    }

    /** Brings these bytes into the window; returns how many of them the file has. */
    private int ensure(long position, int length) throws IOException {
        if (position < windowStart || position + length > windowStart + windowLength) {
            windowLength = 0;
            windowStart = position;
            windowLength = reader.read(position, window, 0, window.length, Math.min(length, window.length));
        }
        return (int) Math.min(length, windowStart + windowLength - position);
    }
}
