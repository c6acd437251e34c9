/** Sending files: reading them, sending their events over TCP or HTTP, and counting the answers. */
package io.evident.server.send;
