/**
 * Reading from Evident over HTTP: pages, numbers, the live tail, exports. Begin with {@link
 * io.evident.client.read.AuditReader}. Needs the JDK and the event model only, and no JVM flag.
 */
package io.evident.client.read;
