/**
 * The emergency journal of a shard: preallocated plain files, in one or two copies, that hold CRITICAL events until they are
 * folded into the shard's journal. Entry point: {@link io.evident.storage.emergency.OpenedEmergency}. The format is told in
 * docs/formats/journal.md.
 */
package io.evident.storage.emergency;
