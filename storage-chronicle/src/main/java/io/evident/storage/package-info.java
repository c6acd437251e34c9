/**
 * The journal of a shard on disk: the data directory, writing and forcing, recovery, and following from outside, all
 * over the segments of {@link io.evident.storage.segment}. Entry points: {@link io.evident.storage.DataDirectory} for the
 * server, which holds the lock, and {@link io.evident.storage.ReadOnlyDataDirectory} for tools beside it. The format is
 * told in docs/formats/journal.md.
 */
package io.evident.storage;
