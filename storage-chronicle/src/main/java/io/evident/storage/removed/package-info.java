/** What says how many events of whom were removed of a segment. The format is told in docs/formats/removed.md. */
package io.evident.storage.removed;
