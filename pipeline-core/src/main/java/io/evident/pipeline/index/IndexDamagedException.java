package io.evident.pipeline.index;

/** A part of an index is not what was written. It is made anew; until then its blocks have to be read. */
public final class IndexDamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message which file, where, and what is wrong */
    public IndexDamagedException(String message) {
        super(message);
    }

    /** @param message which file, where, and what is wrong */
    public IndexDamagedException(String message, Throwable cause) {
        super(message, cause);
    }
}
