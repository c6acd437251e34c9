/** Where an event belongs: slots, the shard map with its epochs, its file, and the routing that follows from them. */
package io.evident.sharding;
