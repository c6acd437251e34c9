/** Evident over its TCP protocol, as a target of the generator: few threads for any number of connections. */
package io.evident.load.tcp;
