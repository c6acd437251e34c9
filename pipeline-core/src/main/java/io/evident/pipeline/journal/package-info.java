/** The port to storage: what a writer appends, what a committer forces, what a reader reads. */
package io.evident.pipeline.journal;
