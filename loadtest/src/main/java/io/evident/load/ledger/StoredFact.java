package io.evident.load.ledger;

import java.util.UUID;

/**
 * One event as it was found.
 *
 * @param id its id
 * @param own whether it is Evident's own, of the tenant {@code _system}: it has a place in the shard, and no receipt
 * @param shard where it lies, from 0
 * @param incarnation in which opening it was written
 * @param sequence its position in the shard, from 0; {@code -1} where it has none yet
 * @param lane its lane, lower-case
 * @param asSent whether it says what the event with this id was sent with
 */
record StoredFact(UUID id, boolean own, int shard, int incarnation, long sequence, String lane, boolean asSent) {
    static final String OWN_TENANT = "_system";
}
