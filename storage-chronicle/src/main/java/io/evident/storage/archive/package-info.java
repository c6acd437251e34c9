/**
 * Sealed segments in a small form: the same bytes at the same positions, compressed in chunks that can be read one by one.
 * The format is told in docs/formats/archive.md.
 */
package io.evident.storage.archive;
