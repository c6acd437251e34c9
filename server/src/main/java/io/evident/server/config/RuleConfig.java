package io.evident.server.config;

import io.evident.event.Severity;
import java.time.DayOfWeek;

/**
 * One rule of the priority policy.
 *
 * @param name unique among the rules
 * @param points what it adds to the score of an event that it matches
 * @param condition when it matches
 */
public record RuleConfig(String name, int points, Condition condition) {
    /** When a rule matches. */
    public sealed interface Condition {}

    /** The event's stream has an active occasion at the event's time. */
    public record ActiveOccasion() implements Condition {}

    /** The event's time falls on this day in the policy's zone. */
    public record OnWeekday(DayOfWeek day) implements Condition {}

    /** The event has this severity. */
    public record HasSeverity(Severity severity) implements Condition {}

    /** The event's resource type or one of its labels is protected. */
    public record ProtectedData() implements Condition {}
}
