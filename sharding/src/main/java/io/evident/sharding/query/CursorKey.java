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
     * The key of a data directory, created when there is none or when it is damaged. Called at the start, under the lock
     * of the directory.
     *
     * @throws IOException when the file can be neither read nor written
     */
    public static CursorKey openOrCreate(Path dataDirectory) throws IOException {
        Path file = dataDirectory.resolve(NAME);
        if (Files.exists(file)) {
            if (Files.size(file) == KEY_BYTES) {
                return new CursorKey(Files.readAllBytes(file));
            }
            LOG.warn("{} is damaged and gets replaced; cursors given out before are refused from now on", file);
        }
        byte[] key = randomBytes();
        DurableFile.replace(file, key, true);
        return new CursorKey(key);
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
