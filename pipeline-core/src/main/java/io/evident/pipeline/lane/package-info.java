/** The lanes: three Disruptor rings per shard that network threads publish into and the shard's writer drains. */
package io.evident.pipeline.lane;
