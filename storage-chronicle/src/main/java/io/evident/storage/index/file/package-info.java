/** A part of an index in a file: how it is written, and how it is read without trusting what the disk delivers. */
package io.evident.storage.index.file;
