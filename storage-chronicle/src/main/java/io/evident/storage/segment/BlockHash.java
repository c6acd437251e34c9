package io.evident.storage.segment;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hash of a block, SHA-256 over all its bytes, which the next block of the shard carries. One out of which events were taken
 * holds the hash that it had. For one thread.
 */
public final class BlockHash {
    private final MessageDigest sha256;

    public BlockHash() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Hashes a block; {@code into} has {@link EnvelopeLayout#HASH_BYTES} bytes and may be what the block carries. */
    public void hash(byte[] bytes, int offset, int length, byte[] into) {
        if (EnvelopeLayout.isReduced(bytes, offset) && BlockReduction.copyHash(bytes, offset, length, into)) {
            return;
        }
        sha256.update(bytes, offset, length);
        try {
            sha256.digest(into, 0, EnvelopeLayout.HASH_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("the digest has " + EnvelopeLayout.HASH_BYTES + " bytes", e);
        }
    }

    /** The hash of a block that fills an array. */
    public byte[] of(byte[] block) {
        byte[] hash = new byte[EnvelopeLayout.HASH_BYTES];
        hash(block, 0, block.length, hash);
        return hash;
    }
}
