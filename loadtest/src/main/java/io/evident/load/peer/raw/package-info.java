/** What a disk and a memory map can take at the most: writes without any system around them. */
package io.evident.load.peer.raw;
