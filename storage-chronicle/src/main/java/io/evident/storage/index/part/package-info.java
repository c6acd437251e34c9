/**
 * A part of an index: what it can tell of the events of a run of blocks, and how they are searched, in memory as in a
 * file.
 */
package io.evident.storage.index.part;
