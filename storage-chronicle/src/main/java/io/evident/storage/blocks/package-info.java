/**
 * What is known of the blocks of a shard: where each is, whose it is, what was folded in, removed or sealed. Found out from the
 * {@linkplain io.evident.storage.segment segments} or their seals, and never the other way round.
 */
package io.evident.storage.blocks;
