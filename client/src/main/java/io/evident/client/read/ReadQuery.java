package io.evident.client.read;

import io.evident.event.EventTime;
import io.evident.event.EventTimeText;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Which events are asked for. Immutable; equal queries ask the same. An event matches when it meets every condition; see
 * {@link Builder#where}.
 */
public final class ReadQuery {
    /** The largest page. */
    public static final int MAX_PAGE_SIZE = 1_000;
    /** Most values that one field can be asked for, and most that can be excluded. */
    public static final int MAX_VALUES = 256;

    /** The direction of an answer, by event time, then shard, incarnation and sequence. */
    public enum Order {
        /** Newest first. */
        DESC("desc"),
        /** Oldest first. */
        ASC("asc");

        private final String text;

        Order(String text) {
            this.text = text;
        }
    }

    /** Parameter by parameter, as the server reads them. */
    private final Map<String, String> filter;

    private final Map<String, String> range;
    private final Order order;
    private final Integer pageSize;
    private final boolean incompleteAllowed;

    private ReadQuery(Builder builder) {
        Map<String, String> conditions = new TreeMap<>();
        builder.values.forEach((name, values) -> conditions.put(name, String.join(",", values)));
        if (builder.text != null) {
            conditions.put("text", builder.text);
        }
        filter = conditions;
        Map<String, String> bounds = new TreeMap<>();
        if (builder.fromNs != null) {
            bounds.put("from", EventTimeText.format(builder.fromNs));
        }
        if (builder.toNs != null) {
            bounds.put("to", EventTimeText.format(builder.toNs));
        }
        range = bounds;
        order = builder.order;
        pageSize = builder.pageSize;
        incompleteAllowed = builder.incompleteAllowed;
    }

    /** Begins a query: for all events that the caller may read, until a condition is added. */
    public static Builder builder() {
        return new Builder();
    }

    /** All events that the caller may read. */
    public static ReadQuery all() {
        return builder().build();
    }

    /** Whether an answer is wanted although something that may belong to it cannot be read. */
    public boolean incompleteAllowed() {
        return incompleteAllowed;
    }

    /** Whether it asks for event times, which the live tail cannot. */
    boolean hasRange() {
        return !range.isEmpty();
    }

    QueryString page(String cursor) {
        return summary().put("order", order.text).put("limit", pageSize).put("cursor", cursor);
    }

    QueryString summary() {
        return follow().putAll(range);
    }

    QueryString follow() {
        return new QueryString().putAll(filter);
    }

    QueryString export(ExportFormat format, UUID after) {
        return summary().put("order", order.text).put("format", format.text()).put("after", after);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReadQuery query
                && filter.equals(query.filter)
                && range.equals(query.range)
                && order == query.order
                && Objects.equals(pageSize, query.pageSize)
                && incompleteAllowed == query.incompleteAllowed;
    }

    @Override
    public int hashCode() {
        return Objects.hash(filter, range, order, pageSize, incompleteAllowed);
    }

    /** The query string of its first page. */
    @Override
    public String toString() {
        return page(null).toString();
    }

    /**
     * Gathers what a query asks. What no query can ask, a condition without values among it, throws {@link IllegalArgumentException} at once. Not thread-safe.
     */
    public static final class Builder {
        private final Map<String, Set<String>> values = new TreeMap<>();
        private String text;
        private Long fromNs;
        private Long toNs;
        private Order order = Order.DESC;
        private Integer pageSize;
        private boolean incompleteAllowed;

        private Builder() {}

        /**
         * The field has one of these values. Called again, or with {@link #whereStartsWith}, for the same field, the values
         * add up: the field has one of them all. An address is the same in each of its spellings.
         */
        public Builder where(ReadField field, String... oneOf) {
            for (String value : some(oneOf)) {
                add(field, false, ValueText.exactly(field, value));
            }
            return this;
        }

        /** The field has none of these values; an absent field has none. */
        public Builder whereNot(ReadField field, String... noneOf) {
            for (String value : some(noneOf)) {
                add(field, true, ValueText.exactly(field, value));
            }
            return this;
        }

        /** The field has a value that begins with one of these. Not for outcome, severity and ip. */
        public Builder whereStartsWith(ReadField field, String... oneOf) {
            for (String prefix : some(oneOf)) {
                add(field, false, ValueText.startingWith(field, prefix));
            }
            return this;
        }

        /** The field has no value that begins with one of these. Not for outcome, severity and ip. */
        public Builder whereNotStartsWith(ReadField field, String... noneOf) {
            for (String prefix : some(noneOf)) {
                add(field, true, ValueText.startingWith(field, prefix));
            }
            return this;
        }

        /** The actor's address is in one of these networks, for example {@code 10.1.0.0/16}. */
        public Builder network(String... oneOf) {
            for (String network : some(oneOf)) {
                add(ReadField.IP, false, ValueText.network(network));
            }
            return this;
        }

        /** The actor's address is in none of these networks. */
        public Builder notNetwork(String... noneOf) {
            for (String network : some(noneOf)) {
                add(ReadField.IP, true, ValueText.network(network));
            }
            return this;
        }

        /** A condition without values would be none, and the query would find more instead of nothing. */
        private static String[] some(String... values) {
            if (values.length == 0) {
                throw new IllegalArgumentException("a condition without values");
            }
            return values;
        }

        private void add(ReadField field, boolean negated, String value) {
            Set<String> of =
                    values.computeIfAbsent(negated ? field.text() + "!" : field.text(), name -> new TreeSet<>());
            of.add(value);
            if (of.size() > MAX_VALUES) {
                throw new IllegalArgumentException(field.text() + " has more than " + MAX_VALUES + " values");
            }
        }

        /**
         * The attributes contain this text, as it was sent; upper and lower case of ASCII letters are the same. No index
         * helps with it: narrow the query by other conditions as well. Numbers and facets cannot be asked for with it.
         */
        public Builder text(String contained) {
            ValueText.requireText("text", contained);
            text = contained;
            return this;
        }

        /** The earliest event time, inclusive. */
        public Builder from(Instant time) {
            fromNs = ns("from", time);
            return this;
        }

        /** The earliest event time, inclusive, as RFC 3339. */
        public Builder from(String rfc3339) {
            fromNs = ns("from", rfc3339);
            return this;
        }

        /** The latest event time, exclusive. */
        public Builder to(Instant time) {
            toNs = ns("to", time);
            return this;
        }

        /** The latest event time, exclusive, as RFC 3339. */
        public Builder to(String rfc3339) {
            toNs = ns("to", rfc3339);
            return this;
        }

        /** Newest or oldest first. Default {@link Order#DESC}. The live tail has an order of its own. */
        public Builder order(Order newOrder) {
            order = Objects.requireNonNull(newOrder, "order");
            return this;
        }

        /** How many events are fetched at a time, 1 to {@value ReadQuery#MAX_PAGE_SIZE}. Default: as the server likes. */
        public Builder pageSize(int events) {
            if (events < 1 || events > MAX_PAGE_SIZE) {
                throw new IllegalArgumentException("page size " + events + " is not within 1 to " + MAX_PAGE_SIZE);
            }
            pageSize = events;
            return this;
        }

        /**
         * Takes answers although something that may belong to them cannot be read; they tell what. Default: such an answer
         * is an {@link io.evident.client.read.answer.IncompleteAnswerException}.
         */
        public Builder allowIncomplete() {
            incompleteAllowed = true;
            return this;
        }

        /** The query. Throws {@link IllegalArgumentException} when {@code from} is later than {@code to}. */
        public ReadQuery build() {
            if (fromNs != null && toNs != null && fromNs > toNs) {
                throw new IllegalArgumentException("from is later than to");
            }
            return new ReadQuery(this);
        }

        private static long ns(String name, Instant time) {
            try {
                return EventTime.toNs(time);
            } catch (ArithmeticException outside) {
                throw new IllegalArgumentException(name + " lies outside the years 1677 to 2262", outside);
            }
        }

        private static long ns(String name, String rfc3339) {
            EventTimeText reader = new EventTimeText();
            String problem = reader.parse(rfc3339);
            if (problem != null) {
                throw new IllegalArgumentException(name + " " + problem);
            }
            return reader.ns();
        }
    }
}
