package io.evident.client.read;

import io.evident.client.read.answer.ReadException;
import io.evident.client.read.answer.StoredEvent;

/**
 * Gets events as they arrive. All methods are called on the following's own thread, one at a time. A listener that takes its
 * time slows down nothing but itself: the server tells it how far it lags.
 */
public interface FollowListener {
    /**
     * The next event that matches; in the order of arrival per shard, none left out, none twice. What it throws ends the
     * following, with this event counting as not taken.
     *
     * @param position follows on behind this event when given to {@link AuditReader#follow(ReadQuery, String,
     *     FollowListener)}, also in another process
     */
    void event(StoredEvent event, String position);

    /** How many events of all shards lie between this listener and the end; told now and then while it is behind. */
    default void lag(long eventsBehind) {}

    /**
     * The server answers, at first and after each break.
     *
     * @param gapPossible whether events may have been missed: the connection broke before the first position was known
     */
    default void connected(boolean gapPossible) {}

    /**
     * The connection broke, or could not be made; the following tries again after a while.
     *
     * @param why what happened
     * @param failures how many there were in a row without a sign of life between them
     */
    default void disconnected(ReadException why, int failures) {}

    /**
     * The following is over; the last call.
     *
     * @param why {@code null} when it was closed; else what makes going on useless: the server refuses, something else
     *     answers in its place, or the listener itself threw
     */
    default void ended(RuntimeException why) {}
}
