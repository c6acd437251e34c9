package io.evident.client.read.answer;

/**
 * What a problem document says, as far as it concerns a reader.
 *
 * @param type never {@code null}
 * @param field may be {@code null}
 * @param detail never {@code null}
 */
record ProblemDocument(String type, String field, String detail) {}
