package io.evident.ingest.http.intake;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Unpacks gzip bodies (RFC 1952), but never more than a limit: a small body may stand for gigabytes. */
final class Gzip {
    private static final int STEP_BYTES = 64 * 1024;

    /** What came out: bytes, or why there are none. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Unpacked(byte[] bytes, Refusal refusal) {}

    private Gzip() {}

    static Unpacked unpack(byte[] packed, int length, int maxBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(maxBytes, Math.max(1024, length * 2)));
        byte[] step = new byte[STEP_BYTES];
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed, 0, length), STEP_BYTES)) {
            for (int n = in.read(step); n >= 0; n = in.read(step)) {
                if (n > maxBytes - out.size()) {
                    return refused(Refusal.of(
                            RefusalReason.BODY_TOO_LARGE, "a body may have at most " + maxBytes + " bytes unpacked"));
                }
                out.write(step, 0, n);
            }
            return new Unpacked(out.toByteArray(), null);
        } catch (EOFException e) {
            return refused(Refusal.of(RefusalReason.MALFORMED, "the gzip body is truncated"));
        } catch (IOException e) {
            return refused(Refusal.of(RefusalReason.MALFORMED, "the body is not gzip: " + e.getMessage()));
        }
    }

    private static Unpacked refused(Refusal refusal) {
        return new Unpacked(null, refusal);
    }
}
