/** Evident itself, started as its users start it. */
package io.evident.load.peer.evident;
