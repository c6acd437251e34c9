/** A part of an index: the events of a run of blocks and which values they have, in memory or in a file. */
package io.evident.storage.index.part;
