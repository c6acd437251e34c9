/**
 * Freeing the bytes of what has expired, segment by segment: what a sealed segment still holds, and taking out of it what nobody
 * is to read any more. What has expired is hidden from every answer before; nothing here changes one. Entry point: {@link
 * io.evident.storage.retention.SegmentRetention}. What is done on the disk, and in which order, is told in
 * docs/formats/removed.md.
 */
package io.evident.storage.retention;
