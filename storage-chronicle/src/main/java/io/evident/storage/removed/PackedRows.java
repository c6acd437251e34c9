package io.evident.storage.removed;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of numbers, packed: seven bits to a byte, the lowest first. What is small takes a byte, so that something about each tenant
 * of hundreds of thousands of blocks has room in memory. Grows page by page, so that nothing large is ever copied. Filled by one
 * thread; after that any thread may read.
 */
public final class PackedRows {
    private static final int PAGE_BITS = 12;
    private static final int PAGE_BYTES = 1 << PAGE_BITS;
    private static final int BITS = 7;
    private static final int MORE = 1 << BITS;

    private final List<byte[]> pages = new ArrayList<>();
    private long[] begins = new long[16];
    private int rows;
    private long end;

    /** Begins the next row. */
    public void begin() {
        if (rows == begins.length) {
            begins = Arrays.copyOf(begins, rows + (rows >> 1));
        }
        begins[rows++] = end;
    }

    /** Adds a number to the row that was begun last; any, but one below zero takes ten bytes. */
    public void add(long number) {
        long left = number;
        while ((left & -MORE) != 0) {
            addByte((byte) (left | MORE));
            left >>>= BITS;
        }
        addByte((byte) left);
    }

    /**
     * Adds a row that is packed already.
     *
     * @throws BufferUnderflowException when there are not so many bytes
     */
    public void addRow(ByteBuffer packed, int bytes) {
        if (bytes < 0 || bytes > packed.remaining()) {
            throw new BufferUnderflowException();
        }
        begin();
        for (int i = 0; i < bytes; i++) {
            addByte(packed.get());
        }
    }

    private void addByte(byte packed) {
        int page = (int) (end >>> PAGE_BITS);
        if (page == pages.size()) {
            pages.add(new byte[PAGE_BYTES]);
        }
        pages.get(page)[(int) end & PAGE_BYTES - 1] = packed;
        end++;
    }

    /** How many rows there are. */
    public int rows() {
        return rows;
    }

    /** Bytes of all rows together. */
    public long sizeBytes() {
        return end;
    }

    /** Reads a row from its first number on. */
    public Row row(int index) {
        if (index < 0 || index >= rows) {
            throw new IndexOutOfBoundsException("row " + index + " of " + rows);
        }
        return new Row(begins[index], index + 1 < rows ? begins[index + 1] : end);
    }

    /** One row, read from its first number to its last. For one thread. */
    public final class Row {
        private final long behind;
        private long at;

        private Row(long from, long behind) {
            this.at = from;
            this.behind = behind;
        }

        /** How many bytes of it are left. */
        public int leftBytes() {
            return (int) (behind - at);
        }

        /** Whether there is another number. */
        public boolean hasNext() {
            return at < behind;
        }

        /**
         * The next number.
         *
         * @throws IndexOutOfBoundsException when there is none
         */
        public long next() {
            long number = 0;
            int shift = 0;
            byte packed;
            do {
                packed = nextByte();
                number |= (long) (packed & MORE - 1) << shift;
                shift += BITS;
            } while (packed < 0);
            return number;
        }

        /** The next byte, as it is packed. */
        byte nextByte() {
            if (at >= behind) {
                throw new IndexOutOfBoundsException("the row ends here");
            }
            byte packed = pages.get((int) (at >>> PAGE_BITS))[(int) at & PAGE_BYTES - 1];
            at++;
            return packed;
        }
    }
}
