/**
 * Recovery: reads the segments of a shard on both volumes, in order, says what is damaged or missing, and serves the rest.
 * Entry point: {@link io.evident.storage.recovery.ShardRecovery}. What is found, and what is done about it, is told in
 * docs/recovery.md.
 */
package io.evident.storage.recovery;
