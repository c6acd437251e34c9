/** The shards as one query sees them: all at one moment, each with its blocks, its index and what has expired in it. */
package io.evident.sharding.query.fleet;
