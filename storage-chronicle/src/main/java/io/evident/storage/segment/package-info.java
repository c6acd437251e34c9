/**
 * Segments on disk: the file that a segment's blocks are appended to, the envelope of a block, how blocks are found and
 * checked again. It knows nothing of journals,
 * recovery and the data directory, which stand on it. The format is told in docs/formats/journal.md.
 */
package io.evident.storage.segment;
