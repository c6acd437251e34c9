package io.evident.pipeline.journal;

/**
 * Where one event's bytes are within its block.
 *
 * @param block its block, as {@link BlockSource#block} counts
 * @param sequence its sequence
 * @param offset where it begins, in bytes from the beginning of the block
 * @param lengthBytes how long it is
 * @param crc32c CRC-32C of its bytes (RFC 3720, appendix B.4)
 */
public record EventPlace(int block, long sequence, int offset, int lengthBytes, int crc32c) {}
