package io.evident.client.read.answer;

/**
 * Something answered, but not as Evident does: a proxy, another server, a version that this client does not understand, or
 * an answer beyond a limit of this client. Asking again does not help.
 */
public final class BadAnswerException extends ReadException {
    private static final long serialVersionUID = 1;

    public BadAnswerException(String message) {
        super(message, null);
    }

    public BadAnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}
