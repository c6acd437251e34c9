package io.evident.client.read.answer;

/** Why a question has no answer, or none that is whole. The subclass says what is known. */
public abstract class ReadException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * @param message for people
     * @param cause may be {@code null}
     */
    protected ReadException(String message, Throwable cause) {
        super(message, cause);
    }
}
