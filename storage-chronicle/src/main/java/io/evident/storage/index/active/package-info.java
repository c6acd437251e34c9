/** A part of an index in memory, that grows block by block while others read it. */
package io.evident.storage.index.active;
