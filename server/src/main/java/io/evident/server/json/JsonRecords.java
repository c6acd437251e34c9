package io.evident.server.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * The records of a file one after the other, each with exactly its bytes, in bounded memory. Gzip is unpacked by itself.
 * Used by one thread.
 */
public interface JsonRecords extends Closeable {
    /** Longest record that is taken; far above what an event may have, so that its refusal can name the event's limit. */
    int MAX_RECORD_BYTES = 1 << 20;

    /**
     * The next record, or {@code null} after the last.
     *
     * @throws IOException when the file cannot be read
     */
    JsonRecord next() throws IOException;

    /**
     * Records of a file of events: an array of objects, one object or several behind each other, or one object per line
     * (NDJSON). What it is shows in the content: a file whose first line is a JSON object by itself is NDJSON, where a
     * malformed line costs nothing but itself.
     */
    static JsonRecords ofEvents(InputStream file) throws IOException {
        InputStream in = unpacked(file);
        int first = firstSignificantByte(in);
        if (first == '[') {
            return new DocumentRecords(in, null);
        }
        return first == '{' && !firstLineIsWhole(in) ? new DocumentRecords(in, null) : new LineRecords(in);
    }

    /** Records of a document whose one object has them in an array: <code>{"Records":[...]}</code>. */
    static JsonRecords ofMember(InputStream file, String member) throws IOException {
        return new DocumentRecords(unpacked(file), member);
    }

    private static InputStream unpacked(InputStream file) throws IOException {
        InputStream in = withoutByteOrderMark(new BufferedInputStream(file, 1 << 16));
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? withoutByteOrderMark(new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16)) : in;
    }

    private static InputStream withoutByteOrderMark(InputStream in) throws IOException {
        in.mark(3);
        if (in.read() != 0xEF || in.read() != 0xBB || in.read() != 0xBF) {
            in.reset();
        }
        return in;
    }

    private static int firstSignificantByte(InputStream in) throws IOException {
        in.mark(MAX_RECORD_BYTES);
        int read = 0;
        int each = in.read();
        while (each >= 0 && each <= ' ' && read++ < MAX_RECORD_BYTES - 1) {
            each = in.read();
        }
        in.reset();
        return each;
    }

    /** Whether the first JSON value ends, or is broken, on the line on which it begins. */
    private static boolean firstLineIsWhole(InputStream in) throws IOException {
        in.mark(MAX_RECORD_BYTES);
        byte[] start = in.readNBytes(MAX_RECORD_BYTES - 1);
        in.reset();
        int from = 0;
        while (from < start.length && start[from] <= ' ') {
            from++;
        }
        try (JsonParser parser = new JsonFactory().createParser(start, from, start.length - from)) {
            parser.nextToken();
            parser.skipChildren();
            return parser.currentLocation().getLineNr() == 1;
        } catch (JsonProcessingException broken) {
            return broken.getLocation() == null || broken.getLocation().getLineNr() == 1;
        }
    }
}
