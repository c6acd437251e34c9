/** NATS JetStream. */
package io.evident.load.peer.nats;
