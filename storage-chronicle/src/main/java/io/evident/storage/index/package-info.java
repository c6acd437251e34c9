/**
 * Which events of a shard match, without reading them: parts in memory for what was just journaled, in files beside the
 * segments for the rest. All of it is derived from the journal and can be deleted.
 */
package io.evident.storage.index;
