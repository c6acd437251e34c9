/** Redis streams. */
package io.evident.load.peer.redis;
