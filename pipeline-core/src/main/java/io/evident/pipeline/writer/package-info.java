/** A shard's two agents: the writer, which makes events JOURNALED, and the committer, which makes them SYNCED. */
package io.evident.pipeline.writer;
