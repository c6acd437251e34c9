package io.evident.server.config.load;

import io.evident.event.EventField;
import io.evident.event.Severity;
import io.evident.server.config.RuleConfig;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/** The types of the priority policy's lists: rules and the calendar. */
final class PriorityTypes {
    private static final int MAX_POINTS = 1_000_000;
    /** Event times are signed 64-bit nanoseconds: 1677 to 2262, not quite whole. */
    private static final int FIRST_YEAR = 1678;

    private static final int LAST_YEAR = 2261;

    private static final ValueType<Integer> POINTS = ScalarTypes.integer(-MAX_POINTS, MAX_POINTS);
    private static final ValueType<String> NAME = ScalarTypes.text(64);
    private static final ValueType<When> WHEN = ScalarTypes.scalar(When.NAMES, When::of);
    private static final ValueType<DayOfWeek> WEEKDAY = ScalarTypes.oneOf(DayOfWeek.class);
    private static final ValueType<Severity> SEVERITY =
            ScalarTypes.scalar("one of P0_CRITICAL, P1_HIGH, P2_MEDIUM, P3_LOW, P4_INFO", Severity::ofText);
    private static final ValueType<String> STREAM = ScalarTypes.text(EventField.STREAM.maxBytes());
    private static final ValueType<ZoneId> ZONE = ScalarTypes.zone();
    private static final ValueType<Moment> MOMENT =
            ScalarTypes.scalar("a date such as 2026-11-22 or a date and time such as 2026-11-22T14:30", Moment::parse);

    private PriorityTypes() {}

    /** The kinds of condition as the file names them. */
    private enum When {
        OCCASION("occasion"),
        WEEKDAY("weekday"),
        SEVERITY("severity"),
        PROTECTED_DATA("protectedData");

        static final String NAMES = "one of occasion, weekday, severity, protectedData";

        private final String text;

        When(String text) {
            this.text = text;
        }

        static When of(String text) {
            for (When each : values()) {
                if (each.text.equals(text)) {
                    return each;
                }
            }
            return null;
        }
    }

    /** A point in local time; whether it was written as a plain date. */
    private record Moment(LocalDateTime time, boolean wholeDay) {
        static Moment parse(String text) {
            try {
                LocalDateTime time = text.length() == "2026-11-22".length()
                        ? LocalDate.parse(text).atStartOfDay()
                        : LocalDateTime.parse(text.replace(' ', 'T'));
                boolean inRange = time.getYear() >= FIRST_YEAR && time.getYear() <= LAST_YEAR;
                return inRange ? new Moment(time, text.length() == "2026-11-22".length()) : null;
            } catch (DateTimeException noTime) {
                return null;
            }
        }
    }

    /**
     * An occasion as read; its zone may still have to come from the policy.
     *
     * @param where the place in the file, for problems that show later
     * @param zone {@code null} for the policy's zone
     */
    record CalendarEntry(String where, String stream, LocalDateTime from, LocalDateTime to, ZoneId zone) {}

    static ValueType<List<RuleConfig>> rules() {
        return new UniqueNames(ListTypes.entries(
                "a list of rules with the fields name, points, when and, by its kind, weekday or severity",
                (reading, fields) -> readRule(fields),
                "name",
                "points",
                "when",
                "weekday",
                "severity"));
    }

    /** Rules are told apart by their names, in messages and metrics. */
    private record UniqueNames(ValueType<List<RuleConfig>> rules) implements ValueType<List<RuleConfig>> {
        @Override
        public List<RuleConfig> read(Reading reading, Node node) {
            List<RuleConfig> read = rules.read(reading, node);
            Set<String> names = new HashSet<>();
            for (RuleConfig rule : read == null ? List.<RuleConfig>of() : read) {
                if (!names.add(rule.name())) {
                    return reading.problem(node, "has two rules of the name '" + rule.name() + "'");
                }
            }
            return read;
        }

        @Override
        public String describe() {
            return rules.describe();
        }

        @Override
        public boolean isScalar() {
            return false;
        }
    }

    private static RuleConfig readRule(Fields fields) {
        String name = fields.required("name", NAME);
        Integer points = fields.required("points", POINTS);
        When when = fields.required("when", WHEN);
        if (name == null || points == null || when == null) {
            return null;
        }
        for (When other : List.of(When.WEEKDAY, When.SEVERITY)) {
            if (other != when && fields.has(other.text)) {
                return fields.problem(
                        other.text,
                        "has the field '" + other.text + "', which goes with 'when: " + other.text + "' only");
            }
        }
        RuleConfig.Condition condition = readCondition(when, fields);
        return condition == null ? null : new RuleConfig(name, points, condition);
    }

    private static RuleConfig.Condition readCondition(When when, Fields fields) {
        return switch (when) {
            case OCCASION -> new RuleConfig.ActiveOccasion();
            case PROTECTED_DATA -> new RuleConfig.ProtectedData();
            case WEEKDAY -> {
                DayOfWeek day = fields.required("weekday", WEEKDAY);
                yield day == null ? null : new RuleConfig.OnWeekday(day);
            }
            case SEVERITY -> {
                Severity severity = fields.required("severity", SEVERITY);
                yield severity == null ? null : new RuleConfig.HasSeverity(severity);
            }
        };
    }

    static ValueType<List<CalendarEntry>> calendar() {
        return ListTypes.entries(
                "a list of occasions with the fields stream, from, to and, optionally, zone",
                (reading, fields) -> readOccasion(fields),
                "stream",
                "from",
                "to",
                "zone");
    }

    private static CalendarEntry readOccasion(Fields fields) {
        String stream = fields.required("stream", STREAM);
        Moment from = fields.required("from", MOMENT);
        Moment to = fields.required("to", MOMENT);
        ZoneId zone = fields.optional("zone", ZONE);
        if (stream == null || from == null || to == null || (zone == null && fields.has("zone"))) {
            return null;
        }
        // A whole day as the end belongs to the occasion.
        LocalDateTime end = to.wholeDay ? to.time.plusDays(1) : to.time;
        return new CalendarEntry(fields.where(), stream, from.time, end, zone);
    }
}
