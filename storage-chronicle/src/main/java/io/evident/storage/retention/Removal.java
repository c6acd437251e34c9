package io.evident.storage.retention;

import java.util.Map;

/**
 * What was taken out of a segment.
 *
 * @param freed whether nothing is left in it; else it is reduced, or nothing had expired and it is as it was
 * @param removed per tenant what was taken out; empty when nothing was
 * @param bytesBefore the bytes on the disk of its journal file or archive before
 * @param bytesAfter those after, 0 when it is freed
 */
public record Removal(boolean freed, Map<String, TenantTally> removed, long bytesBefore, long bytesAfter) {
    public Removal {
        removed = Map.copyOf(removed);
    }
}
