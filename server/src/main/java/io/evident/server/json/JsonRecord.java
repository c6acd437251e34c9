package io.evident.server.json;

import io.evident.event.Refusal;

/**
 * One record of a file, or why there is none.
 *
 * @param index its position in the file, from 0
 * @param line the line it begins on, from 1
 * @param bytes exactly its bytes in the file; empty when refused
 * @param refusal {@code null}, or what is wrong; after a refusal of a malformed document there are no more records
 */
public record JsonRecord(long index, long line, byte[] bytes, Refusal refusal) {
    static JsonRecord of(long index, long line, byte[] bytes) {
        return new JsonRecord(index, line, bytes, null);
    }

    static JsonRecord refused(long index, long line, Refusal refusal) {
        return new JsonRecord(index, line, new byte[0], refusal);
    }
}
