/**
 * The group commit: who waits for a shard's next force, how journals are forced, and how the answers are handed out. The agent
 * that does it is the committer of {@link io.evident.pipeline.writer}.
 */
package io.evident.pipeline.commit;
