/** Answers over everything journaled: the fan-out over shards, the page, the cursor. */
package io.evident.sharding.query;
