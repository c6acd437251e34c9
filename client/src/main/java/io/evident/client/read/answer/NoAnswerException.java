package io.evident.client.read.answer;

/** Nobody answered, not in time, or the answer was cut short. Asking again may help. */
public final class NoAnswerException extends ReadException {
    private static final long serialVersionUID = 1;

    public NoAnswerException(String message, Throwable cause) {
        super(message, cause);
    }
}
