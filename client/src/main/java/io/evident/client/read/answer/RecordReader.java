package io.evident.client.read.answer;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Cuts a stream into its records: lines, or the rows of CSV (RFC 4180), whose values in quotation marks may have line ends.
 * A record has a limit. Not thread-safe.
 */
public final class RecordReader {
    private final InputStream in;
    private final boolean quotes;
    private final int maxBytes;
    private final ByteArrayOutputStream record = new ByteArrayOutputStream();

    /**
     * @param in is read byte by byte, so it should have a buffer
     * @param quotes whether line ends between quotation marks belong to the record, as in CSV
     * @param maxBytes most bytes of a record
     */
    public RecordReader(InputStream in, boolean quotes, int maxBytes) {
        this.in = in;
        this.quotes = quotes;
        this.maxBytes = maxBytes;
    }

    /**
     * The next record with its line end; {@code null} when the stream has ended behind one.
     *
     * @throws EOFException when the stream ends within a record: it has been cut
     * @throws BadAnswerException beyond the limit
     */
    public byte[] next() throws IOException {
        record.reset();
        boolean quoted = false;
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (record.size() == maxBytes) {
                throw new BadAnswerException("a record of the answer is longer than " + maxBytes + " bytes");
            }
            record.write(next);
            quoted ^= quotes && next == '"';
            if (next == '\n' && !quoted) {
                return record.toByteArray();
            }
        }
        if (record.size() > 0) {
            throw new EOFException("the answer ends within a record");
        }
        return null;
    }
}
