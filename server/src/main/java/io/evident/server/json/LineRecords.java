package io.evident.server.json;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** One record per line; blank lines are none. */
final class LineRecords implements JsonRecords {
    private final InputStream in;
    private final ByteArrayOutputStream lineBytes = new ByteArrayOutputStream();
    private long index;
    private long line;

    LineRecords(InputStream in) {
        this.in = in;
    }

    @Override
    public JsonRecord next() throws IOException {
        while (true) {
            lineBytes.reset();
            int each = in.read();
            if (each < 0) {
                return null;
            }
            line++;
            boolean tooLong = false;
            while (each >= 0 && each != '\n') {
                if (lineBytes.size() < MAX_RECORD_BYTES) {
                    lineBytes.write(each);
                } else {
                    tooLong = true;
                }
                each = in.read();
            }
            byte[] bytes = lineBytes.toByteArray();
            if (tooLong) {
                return JsonRecord.refused(
                        index++,
                        line,
                        Refusal.of(
                                RefusalReason.EVENT_TOO_LARGE,
                                "the line has more than " + MAX_RECORD_BYTES + " bytes"));
            }
            if (!isBlank(bytes)) {
                return JsonRecord.of(index++, line, bytes);
            }
        }
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte each : bytes) {
            if (each != ' ' && each != '\t' && each != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
