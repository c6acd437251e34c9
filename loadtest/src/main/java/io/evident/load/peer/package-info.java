/** The systems that Evident is compared with, offered the same events by the same schedule: docs/peers.md. */
package io.evident.load.peer;
