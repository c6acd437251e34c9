package io.evident.server.simulation;

import io.evident.server.simulation.SimProcess.Fault;
import io.evident.server.simulation.SimProcess.Operation;
import io.evident.storage.segment.BlockFile;
import io.evident.storage.segment.ChronicleBlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * A segment's file on the simulated disk in place of one that Chronicle began, with the same bytes: a header and index pages
 * as metadata documents, then one document per block behind a header word that is written last. Index pages are laid out
 * until the segment's limit is near, so that segments are full after few blocks. A block is written in two halves and its word,
 * and each of these steps may be the last.
 */
final class SimBlockFile implements BlockFile {
    private static final int METADATA_BIT = 1 << 30;
    private static final int WORD_BYTES = Integer.BYTES;
    private static final int HEADER_LENGTH = 0x14C;
    private static final int INDEX_LENGTH = 32 * 1024;
    /** The file grows by so much at a time, like a map. */
    private static final int GROWTH_BYTES = 128 * 1024;
    /** Where in the header Chronicle keeps how far was written. */
    private static final int WRITE_POSITION_AT = 96;

    private final SimFiles files;
    private final SimProcess process;
    private final Path path;
    private final SimFile file;
    private final int firstIndexEntry;
    private long end;
    private int blocks;

    private SimBlockFile(SimFiles files, Path path, SimFile file, long roomFrom) {
        this.files = files;
        this.process = files.process();
        this.path = path;
        this.file = file;
        this.firstIndexEntry = WORD_BYTES + HEADER_LENGTH + WORD_BYTES;
        word(0, METADATA_BIT | HEADER_LENGTH);
        end = WORD_BYTES + HEADER_LENGTH;
        do {
            word(end, METADATA_BIT | INDEX_LENGTH);
            end += WORD_BYTES + INDEX_LENGTH;
        } while (end < roomFrom);
        file.extend(end + GROWTH_BYTES);
    }

    /**
     * Creates the file of a segment.
     *
     * @param roomBytes how much of the segment is left for blocks, more or less
     */
    static BlockFile open(SimFiles files, Path directory, long segmentBytes, int roomBytes) throws IOException {
        Path path = directory.resolve(ChronicleBlockFile.FILE_NAME);
        Fault fault = files.process().before(Operation.CREATE_BLOCK_FILE, path);
        if (fault == Fault.NOTHING_DONE) {
            throw new SimulatedFault(Operation.CREATE_BLOCK_FILE, files.disk().name(path));
        }
        SimFile file = files.disk().create(path);
        files.process().between(Operation.CREATE_BLOCK_FILE, path);
        SimBlockFile opened = new SimBlockFile(files, path, file, segmentBytes - roomBytes);
        if (fault != Fault.NONE) {
            throw new SimulatedFault(Operation.CREATE_BLOCK_FILE, files.disk().name(path));
        }
        files.process().after(Operation.CREATE_BLOCK_FILE, path);
        return opened;
    }

    @Override
    public long append(byte[] bytes, int length) throws IOException {
        Fault fault = process.before(Operation.APPEND, path);
        failIf(fault == Fault.NOTHING_DONE);
        long header = end;
        long position = header + WORD_BYTES;
        int half = length / 2;
        file.extend((position + length + GROWTH_BYTES) / GROWTH_BYTES * GROWTH_BYTES);
        file.write(position, bytes, 0, half);
        process.between(Operation.APPEND, path);
        failIf(fault == Fault.HALF_DONE);
        file.write(position + half, bytes, half, length - half);
        process.between(Operation.APPEND, path);
        word(header, length);
        process.between(Operation.APPEND, path);
        end = position + length + WORD_BYTES - 1 & -WORD_BYTES;
        number(firstIndexEntry + blocks++ % (INDEX_LENGTH / Long.BYTES) * Long.BYTES, header);
        number(WRITE_POSITION_AT, header);
        failIf(fault != Fault.NONE);
        process.after(Operation.APPEND, path);
        return position;
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    private void failIf(boolean failed) throws IOException {
        if (failed) {
            throw new SimulatedFault(Operation.APPEND, files.disk().name(path));
        }
    }

    private void word(long at, int value) {
        file.write(at, littleEndian(Integer.BYTES).putInt(value).array(), 0, Integer.BYTES);
    }

    private void number(long at, long value) {
        file.write(at, littleEndian(Long.BYTES).putLong(value).array(), 0, Long.BYTES);
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
