/**
 * The Java client: hands audit events to Evident over TCP and tells how safe they are. Begin with {@link
 * io.evident.client.AuditClient}. Needs the JDK and the event model only, and no JVM flag.
 */
package io.evident.client;
