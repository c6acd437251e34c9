package io.evident.pipeline.priority;

import io.evident.event.EventField;
import io.evident.event.EventTime;
import io.evident.event.EventView;
import io.evident.event.Severity;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Set;

/** When a rule of the priority policy matches. Thread-safe, and without allocation in the usual case. */
public interface Condition {
    /**
     * Whether it holds for an event.
     *
     * @param timeNs the event's time, which is the receive time where the sender gave none
     */
    boolean holds(EventView event, long timeNs);

    /** The event's stream has an active occasion. */
    static Condition activeOccasion(OccasionCalendar calendar) {
        return calendar::isActive;
    }

    /** The event has exactly this severity. */
    static Condition severity(Severity severity) {
        return (event, timeNs) -> event.severity() == severity;
    }

    /** The event's time falls on this weekday in the zone. */
    static Condition weekday(DayOfWeek day, ZoneId zone) {
        return new Weekday(day, zone);
    }

    /** The event is about a protected type of resource, or bears a protecting label. */
    static Condition protectedData(Set<String> resourceTypes, Set<String> labels) {
        byte[][] types = utf8(resourceTypes);
        byte[][] marks = utf8(labels);
        return (event, timeNs) -> {
            for (byte[] type : types) {
                if (event.fieldEquals(EventField.RESOURCE_TYPE, type)) {
                    return true;
                }
            }
            for (byte[] mark : marks) {
                if (event.hasLabel(mark)) {
                    return true;
                }
            }
            return false;
        };
    }

    private static byte[][] utf8(Set<String> texts) {
        return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    }

    /** Remembers the bounds of the last local day it was asked about: events come in order of time, nearly. */
    final class Weekday implements Condition {
        private record LocalDay(long fromNs, long toNs, boolean isTheDay) {}

        private final DayOfWeek day;
        private final ZoneId zone;
        /** Racy on purpose: the record is immutable, and a thread that sees an old one only computes its own again. */
        private LocalDay lastDay = new LocalDay(0, 0, false);

        Weekday(DayOfWeek day, ZoneId zone) {
            this.day = day;
            this.zone = zone;
        }

        @Override
        public boolean holds(EventView event, long timeNs) {
            LocalDay known = lastDay;
            if (timeNs < known.fromNs || timeNs >= known.toNs) {
                known = dayOf(timeNs);
                lastDay = known;
            }
            return known.isTheDay;
        }

        private LocalDay dayOf(long timeNs) {
            Instant time = EventTime.toInstant(timeNs);
            ZoneRules rules = zone.getRules();
            ZoneOffset offset = rules.getOffset(time);
            LocalDate date = LocalDate.ofInstant(time, offset);
            Instant from = date.atStartOfDay().toInstant(offset);
            Instant to = date.plusDays(1).atStartOfDay().toInstant(offset);
            // Only as far as the clocks do not change: where they go back past midnight, a day comes in two pieces.
            ZoneOffsetTransition before = rules.previousTransition(time.plusNanos(1));
            ZoneOffsetTransition after = rules.nextTransition(time);
            if (before != null && before.getInstant().isAfter(from)) {
                from = before.getInstant();
            }
            if (after != null && after.getInstant().isBefore(to)) {
                to = after.getInstant();
            }
            return new LocalDay(EventTime.toNsSaturated(from), EventTime.toNsSaturated(to), date.getDayOfWeek() == day);
        }
    }
}
