package io.evident.sharding.query;

import io.evident.pipeline.filter.FieldCondition;
import io.evident.pipeline.filter.ValuePattern;
import io.evident.pipeline.query.EventQuery;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The text that continues an answer on its next page: base64url (RFC 4648, section 5, no padding) of
 *
 * <pre>
 *   u8 version 1, i64 event time, i32 shard, i32 incarnation, i64 sequence    the last event of the page
 *   8 bytes of SHA-256 over filter, from, to and order                        the query it belongs to
 *   16 bytes of HMAC-SHA-256 over all before                                  the seal
 * </pre>
 *
 * big-endian. The scope is no part of it: it is applied anew to every page. Nor is the limit: pages may differ in size.
 * Stateless but for the key; thread-safe.
 *
 * <p>Whoever walks over pages gets each event exactly once, whatever arrives meanwhile. One exception: an event that is
 * folded in from an emergency journal between two pages gets its sequence, and so moves among the events of its time in its
 * shard. If a page ended at one of these, be it the event itself, it may come again or be passed over.
 */
final class QueryCursor {
    private static final byte VERSION = 1;
    private static final int QUERY_HASH_BYTES = 8;
    private static final int SEALED_BYTES =
            1 + Long.BYTES + Integer.BYTES + Integer.BYTES + Long.BYTES + QUERY_HASH_BYTES;
    private static final int SEAL_BYTES = 16;
    private static final int CURSOR_BYTES = SEALED_BYTES + SEAL_BYTES;

    private final CursorKey key;

    QueryCursor(CursorKey key) {
        this.key = key;
    }

    /** What came of reading a cursor: a position, or what is wrong with it. */
    record Reading(EventPosition position, String complaint) {}

    String write(EventPosition last, EventQuery query) {
        ByteBuffer cursor = ByteBuffer.allocate(CURSOR_BYTES);
        cursor.put(VERSION);
        cursor.putLong(last.timeNs());
        cursor.putInt(last.shard());
        cursor.putInt(last.incarnation());
        cursor.putLong(last.sequence());
        cursor.put(queryHash(query));
        cursor.put(key.seal(cursor.array(), 0, SEALED_BYTES), 0, SEAL_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor.array());
    }

    Reading read(String text, EventQuery query) {
        byte[] bytes = decode(text);
        if (bytes == null) {
            return new Reading(null, "it is no cursor; take the one of the page before as it was given");
        }
        byte[] seal = Arrays.copyOf(key.seal(bytes, 0, SEALED_BYTES), SEAL_BYTES);
        if (!MessageDigest.isEqual(seal, Arrays.copyOfRange(bytes, SEALED_BYTES, CURSOR_BYTES))) {
            return new Reading(null, "it was not given out by this server, or was changed");
        }
        ByteBuffer cursor = ByteBuffer.wrap(bytes);
        if (cursor.get() != VERSION) {
            return new Reading(null, "it is of another version of this server; begin again with the first page");
        }
        EventPosition last = new EventPosition(cursor.getLong(), cursor.getInt(), cursor.getInt(), cursor.getLong());
        byte[] hash = new byte[QUERY_HASH_BYTES];
        cursor.get(hash);
        if (!Arrays.equals(hash, queryHash(query))) {
            return new Reading(
                    null, "it belongs to another query; filters, from, to and order have to stay from page to page");
        }
        return new Reading(last, null);
    }

    private static byte[] decode(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.UTF_8));
            return bytes.length == CURSOR_BYTES ? bytes : null;
        } catch (IllegalArgumentException e) {
            // No base64url: refused by the caller, which has better words for it.
            return null;
        }
    }

    private static byte[] queryHash(EventQuery query) {
        List<Object> parts = new ArrayList<>();
        for (FieldCondition condition : query.filter().conditions()) {
            parts.add(condition.field());
            parts.add(condition.negated());
            parts.add(condition.values().size());
            for (ValuePattern value : condition.values()) {
                parts.add(value.kind());
                parts.add(value.text());
            }
        }
        parts.add(query.filter().text());
        parts.add(query.range().fromNs());
        parts.add(query.range().toNs());
        parts.add(query.order());
        MessageDigest sha256 = sha256();
        for (Object part : parts) {
            byte[] utf8 = part == null ? new byte[0] : part.toString().getBytes(StandardCharsets.UTF_8);
            // The length stands in front, so that parts cannot run into each other; -1 tells absent from empty.
            sha256.update(ByteBuffer.allocate(Integer.BYTES)
                    .putInt(part == null ? -1 : utf8.length)
                    .flip());
            sha256.update(utf8);
        }
        return Arrays.copyOf(sha256.digest(), QUERY_HASH_BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
