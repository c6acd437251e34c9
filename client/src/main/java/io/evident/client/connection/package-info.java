/**
 * Connections, below the client's protocols: TCP as frames, and how long to wait before the next. Of no use without {@link
 * io.evident.client.AuditClient}.
 */
package io.evident.client.connection;
