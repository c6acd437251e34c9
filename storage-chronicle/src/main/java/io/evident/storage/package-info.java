/**
 * The journal of a shard on disk: segments over Chronicle Queue, the block envelope, recovery, and following from
 * outside. Entry points: {@link io.evident.storage.DataDirectory} for the server, which holds the lock, and
 * {@link io.evident.storage.ReadOnlyDataDirectory} for tools beside it. The format is told in docs/formats/journal.md.
 */
package io.evident.storage;
