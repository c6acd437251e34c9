package io.evident.sharding.query;

import io.evident.sharding.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key that seals cursors (HMAC-SHA-256, RFC 2104), random for each data directory: 32 bytes in {@code cursor.key},
 * readable by the owner only. Losing it costs no data; cursors given out before are refused then. Immutable, thread-safe.
 */
public final class CursorKey {
    /** The file's name within the data directory. */
    public static final String NAME = "cursor.key";

    private static final Logger LOG = LoggerFactory.getLogger(CursorKey.class);
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final SecretKeySpec key;

    private CursorKey(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** A key for the life of this process. */
    public static CursorKey random() {
        return new CursorKey(randomBytes());
    }

    /**
     * The key of a data directory, created when there is none or when it is damaged. When it can be neither read nor
     * written, a key for the life of this process: that costs cursors, and no event. Called at the start, under the lock
     * of the directory.
     */
    public static CursorKey openOrCreate(Path dataDirectory) {
        Path file = dataDirectory.resolve(NAME);
        byte[] key = read(file);
        if (key == null) {
            key = randomBytes();
            try {
                DurableFile.replace(file, key, true);
            } catch (IOException e) {
                LOG.warn("{} cannot be written; cursors given out from now on end with this process", file, e);
            }
        }
        return new CursorKey(key);
    }

    private static byte[] read(Path file) {
        if (!Files.exists(file)) {
            return null;
        }
        try {
            if (Files.isRegularFile(file) && Files.size(file) == KEY_BYTES) {
                return Files.readAllBytes(file);
            }
            LOG.warn("{} is damaged and gets replaced; cursors given out before are refused from now on", file);
        } catch (IOException e) {
            LOG.warn("{} cannot be read and gets replaced; cursors given out before are refused", file, e);
        }
        return null;
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** The seal of some bytes: 32 bytes. */
    byte[] seal(byte[] bytes, int offset, int length) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(bytes, offset, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
