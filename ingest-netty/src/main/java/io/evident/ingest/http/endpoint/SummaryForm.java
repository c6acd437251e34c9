package io.evident.ingest.http.endpoint;

import com.fasterxml.jackson.core.JsonGenerator;
import io.evident.event.EventTimeText;
import io.evident.ingest.http.QueryParameters;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.query.SummaryAnswer.Group;
import io.evident.pipeline.query.SummaryAnswer.Summary;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.query.SummaryQuery.ByField;
import io.evident.pipeline.query.SummaryQuery.ByTime;
import io.evident.pipeline.query.SummaryQuery.Grouping;
import io.evident.pipeline.query.SummaryQuery.Total;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What is asked about a number of events, and how the answer looks. Stateless. */
enum SummaryForm {
    /** How many there are. */
    COUNT {
        @Override
        Grouping grouping(QueryParameters p) {
            return new Total();
        }

        @Override
        void write(JsonGenerator out, Grouping grouping, Summary summary) throws IOException {
            out.writeNumberField("count", summary.count());
        }
    },

    /** How many have each value of a field. */
    FACETS {
        @Override
        Set<String> parameters() {
            return FilterParameters.with(FilterParameters.RANGE, "by", "limit");
        }

        @Override
        Grouping grouping(QueryParameters p) {
            String expected = "one of "
                    + Arrays.stream(FilterField.values()).map(FilterField::text).collect(Collectors.joining(", "));
            require(p, "by", expected);
            FilterField field = p.read("by", FilterField::ofText, FilterField.TENANT, expected);
            return new ByField(field, FilterParameters.limit(p, DEFAULT_VALUES, SummaryQuery.MAX_GROUPS));
        }

        @Override
        void write(JsonGenerator out, Grouping grouping, Summary summary) throws IOException {
            out.writeStringField("by", ((ByField) grouping).field().text());
            out.writeNumberField("count", summary.count());
            out.writeArrayFieldStart("values");
            for (Group group : summary.groups()) {
                out.writeStartObject();
                out.writeStringField("value", group.value());
                out.writeNumberField("count", group.count());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeNumberField("otherValues", summary.otherGroups());
        }
    },

    /** How many there are in each step of time. */
    HISTOGRAM {
        @Override
        Set<String> parameters() {
            return FilterParameters.with(FilterParameters.RANGE, "interval");
        }

        @Override
        Grouping grouping(QueryParameters p) {
            String expected = "a number with s, m, h or d behind it, from 1s to " + MAX_DAYS + "d";
            require(p, "interval", expected);
            return new ByTime(p.read("interval", SummaryForm::intervalNs, TimeUnit.DAYS.toNanos(1), expected));
        }

        @Override
        void write(JsonGenerator out, Grouping grouping, Summary summary) throws IOException {
            out.writeNumberField("intervalSeconds", TimeUnit.NANOSECONDS.toSeconds(((ByTime) grouping).intervalNs()));
            out.writeNumberField("count", summary.count());
            out.writeArrayFieldStart("buckets");
            for (Group group : summary.groups()) {
                out.writeStartObject();
                out.writeStringField("from", EventTimeText.format(group.fromNs()));
                out.writeNumberField("count", group.count());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
    };

    private static final int DEFAULT_VALUES = 20;
    /** A hundred years: less than half of all the time there is. */
    private static final int MAX_DAYS = 36_500;

    /** The parameters it takes. */
    Set<String> parameters() {
        return FilterParameters.RANGE;
    }

    /** By what events are told apart; what is wrong stands in {@link QueryParameters#refusal}. */
    abstract Grouping grouping(QueryParameters p);

    /** Writes the members of the answer. */
    abstract void write(JsonGenerator out, Grouping grouping, Summary summary) throws IOException;

    private static void require(QueryParameters p, String name, String expected) {
        if (p.text(name) == null) {
            p.refuse(name, "is missing; give " + expected);
        }
    }

    private static Long intervalNs(String text) {
        if (!text.matches("[0-9]{1,10}[smhd]")) {
            return null;
        }
        long number = Long.parseLong(text.substring(0, text.length() - 1));
        TimeUnit unit = switch (text.charAt(text.length() - 1)) {
            case 's' -> TimeUnit.SECONDS;
            case 'm' -> TimeUnit.MINUTES;
            case 'h' -> TimeUnit.HOURS;
            default -> TimeUnit.DAYS;
        };
        return number >= 1 && unit.toSeconds(number) <= TimeUnit.DAYS.toSeconds(MAX_DAYS) ? unit.toNanos(number) : null;
    }
}
