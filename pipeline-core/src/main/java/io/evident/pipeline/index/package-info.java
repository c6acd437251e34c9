/** The port to the index: which events of a shard match, without reading them. */
package io.evident.pipeline.index;
