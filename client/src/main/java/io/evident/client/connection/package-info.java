/** A TCP connection as frames, below the client's protocol. Of no use without {@link io.evident.client.AuditClient}. */
package io.evident.client.connection;
