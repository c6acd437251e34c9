package io.evident.storage.index.part;

import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FieldCondition;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.filter.IpKey;
import io.evident.pipeline.filter.IpNetwork;
import io.evident.pipeline.filter.ValuePattern;
import io.evident.pipeline.index.BlockRuns;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.ShardHorizon;
import io.evident.storage.index.events.Events;
import io.evident.storage.index.events.Numbers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;

/**
 * One search in one part, that finds what {@link io.evident.pipeline.filter.EventMatcher} would of what has not expired:
 * first the condition that the fewest events meet, and no further when none is left. Used once.
 */
final class PartSearch {
    private static final byte[] REMOVED = {};
    private static final int FEW_EVENTS = 512;
    private static final int FEW_TERMS = 8;

    private final PartView part;
    private final TimeRange range;
    private final ShardHorizon horizon;
    private final List<AnyOf> wanted = new ArrayList<>();
    private final List<AnyOf> unwanted = new ArrayList<>();
    /** What is found so far. */
    private Events found;

    PartSearch(PartView part, TimeRange range, ShardHorizon horizon) {
        this.part = part;
        this.range = range;
        this.horizon = horizon;
    }

    Events run(EventFilter filter) {
        boolean expired = horizon.hidesAllThrough(part.firstSequence() + part.events() - 1, filter.scope());
        if (expired || range.misses(part.minTimeNs(), part.maxTimeNs())) {
            return Events.NONE;
        }
        for (FieldCondition condition : filter.conditions()) {
            if (isMetByAll(filter.scope(), condition)) {
                continue;
            }
            AnyOf meeting = meeting(condition);
            if (!condition.negated() && meeting.estimate() == 0) {
                return Events.NONE;
            }
            (condition.negated() ? unwanted : wanted).add(meeting);
        }
        found = rowOf(range);
        addScope(filter.scope());
        wanted.sort(Comparator.comparingLong(AnyOf::estimate));
        for (AnyOf each : wanted) {
            if (each.estimate() == 0 || found.isEmpty()) {
                return Events.NONE;
            }
            found = each.only(found);
        }
        for (AnyOf each : unwanted) {
            if (found.isEmpty()) {
                return Events.NONE;
            }
            found = each.estimate() == 0 ? found : found.andNot(each.events());
        }
        return range.containsAll(part.minTimeNs(), part.maxTimeNs()) ? found : new TimeRows(part, range).of(found);
    }

    /** Whether the part may have what a filter asks for, as far as that is known without looking at events. */
    static boolean mayFind(PartView part, EventFilter filter) {
        for (FieldCondition condition : filter.conditions()) {
            if (!condition.negated() && isKnownToBeMetByNone(part, condition)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isKnownToBeMetByNone(PartView part, FieldCondition condition) {
        switch (condition.field()) {
            case OUTCOME, SEVERITY, IP, RESOURCE -> {
                return false;
            }
            default -> {
                FieldTerms terms =
                        part.terms(IndexField.valueOf(condition.field().name()));
                return condition.values().stream()
                        .noneMatch(
                                value -> value.kind() != ValuePattern.Kind.EXACT || terms.mayHave(utf8(value.text())));
            }
        }
    }

    /** Whether nothing of a scope fails to meet a condition: the scope is looked at anyway. */
    private static boolean isMetByAll(TenantScope scope, FieldCondition condition) {
        return condition.field() == FilterField.TENANT
                && !condition.negated()
                && scope.names() != null
                && scope.names().stream()
                        .allMatch(name -> condition.values().stream()
                                .anyMatch(value -> value.kind() == ValuePattern.Kind.EXACT
                                        && value.text().equals(name)));
    }

    /** All events from the first run of blocks that may have events of a range to the last: what is outside is not looked at. */
    private Events rowOf(TimeRange range) {
        if (range.containsAll(part.minTimeNs(), part.maxTimeNs())) {
            return Events.row(0, part.events());
        }
        BlockRuns runs = part.runsIfMade();
        if (runs == null) {
            return Events.row(0, part.events());
        }
        int from = 0;
        while (from < runs.count() && range.misses(runs.minTimeNs(from), runs.maxTimeNs(from))) {
            from++;
        }
        int last = runs.count() - 1;
        while (last >= from && range.misses(runs.minTimeNs(last), runs.maxTimeNs(last))) {
            last--;
        }
        return last < from ? Events.NONE : Events.row(runs.firstEvent(from), runs.endEvent(last));
    }

    private void addScope(TenantScope scope) {
        boolean keepsAll = horizon.hidesNothingFrom(part.firstSequence());
        KeptEvents kept = new KeptEvents(part, horizon);
        AnyOf named = new AnyOf(IndexField.TENANT);
        if (scope.names() != null) {
            for (String tenant : scope.names()) {
                // The one without a name has what was removed.
                if (!tenant.isEmpty()) {
                    named.add(utf8(tenant), keepsAll ? 0 : kept.from(tenant));
                }
            }
            wanted.add(named);
            return;
        }
        named.add(utf8(TenantScope.SYSTEM));
        named.add(REMOVED);
        unwanted.add(named);
        if (!keepsAll) {
            found = found.within(kept.ofAll().from(), part.events());
            AnyOf expired = new AnyOf(IndexField.TENANT);
            expired.add(kept.expiredBehind());
            unwanted.add(expired);
        }
    }

    /** The events that have one of a condition's values. */
    private AnyOf meeting(FieldCondition condition) {
        return switch (condition.field()) {
            case OUTCOME, SEVERITY -> codes(condition);
            case IP -> addresses(condition);
            case RESOURCE -> resources(condition);
            default -> texts(new AnyOf(IndexField.valueOf(condition.field().name())), condition);
        };
    }

    private static AnyOf texts(AnyOf terms, FieldCondition condition) {
        for (ValuePattern value : condition.values()) {
            if (value.kind() == ValuePattern.Kind.EXACT && !value.text().isEmpty()) {
                terms.add(utf8(value.text()));
            } else if (value.kind() == ValuePattern.Kind.PREFIX) {
                terms.add(startingWith(value.text()));
            }
        }
        return terms;
    }

    /** An absent value has no beginning. */
    private static TermRange startingWith(String text) {
        return text.isEmpty() ? TermRange.ALL : TermRange.startingWith(utf8(text));
    }

    private AnyOf codes(FieldCondition condition) {
        boolean outcomes = condition.field() == FilterField.OUTCOME;
        AnyOf terms = new AnyOf(outcomes ? IndexField.OUTCOME : IndexField.SEVERITY);
        for (ValuePattern value : condition.values()) {
            Enum<?> code = outcomes ? Outcome.ofText(value.text()) : Severity.ofText(value.text());
            if (code != null) {
                terms.add(new byte[] {(byte) code.ordinal()});
            }
        }
        return terms;
    }

    private AnyOf addresses(FieldCondition condition) {
        AnyOf terms = new AnyOf(IndexField.IP);
        for (ValuePattern value : condition.values()) {
            if (value.kind() == ValuePattern.Kind.EXACT) {
                terms.add(IpKey.of(value.text()));
            } else if (value.kind() == ValuePattern.Kind.NETWORK) {
                IpNetwork network = IpNetwork.parse(value.text());
                terms.add(TermRange.between(network.first(), network.last()));
            }
        }
        return terms;
    }

    /** The id alone, or type and id with a slash between; as both may have slashes, at each of them. */
    private AnyOf resources(FieldCondition condition) {
        AnyOf found = texts(new AnyOf(IndexField.RESOURCE_ID), condition);
        for (ValuePattern value : condition.values()) {
            boolean prefix = value.kind() == ValuePattern.Kind.PREFIX;
            if (value.kind() == ValuePattern.Kind.NETWORK) {
                continue;
            }
            String text = value.text();
            if (prefix) {
                AnyOf types = new AnyOf(IndexField.RESOURCE_TYPE);
                types.add(TermRange.startingWith(utf8(text)));
                found.add(types.events());
            }
            for (int slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', slash + 1)) {
                found.add(resource(text.substring(0, slash), text.substring(slash + 1), prefix));
            }
        }
        return found;
    }

    private Events resource(String type, String id, boolean prefix) {
        AnyOf types = new AnyOf(IndexField.RESOURCE_TYPE);
        types.add(utf8(type));
        if (types.estimate() == 0 || (prefix && id.isEmpty())) {
            return types.events();
        }
        AnyOf ids = new AnyOf(IndexField.RESOURCE_ID);
        if (prefix) {
            ids.add(TermRange.startingWith(utf8(id)));
        } else {
            ids.add(utf8(id));
        }
        return ids.estimate() == 0 ? Events.NONE : types.events().and(ids.events());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The events that have one of some terms of a field, or are known to count as if they had. */
    private final class AnyOf {
        private final FieldTerms terms;
        private final Numbers handles = new Numbers();
        /** From which of its events on each handle counts. */
        private final Numbers froms = new Numbers();

        private final List<Events> known = new ArrayList<>();
        private long estimate;

        AnyOf(IndexField field) {
            terms = part.terms(field);
        }

        void add(byte[] term) {
            add(term, 0);
        }

        /** Only those from an event on. */
        void add(byte[] term, int fromEvent) {
            int handle = terms.find(term);
            if (handle != FieldTerms.NONE) {
                add(handle, fromEvent);
            }
        }

        void add(TermRange within) {
            terms.scan(within, handle -> add(handle, 0));
        }

        private void add(int handle, int fromEvent) {
            handles.add(handle);
            froms.add(fromEvent);
            estimate += terms.estimate(handle);
        }

        void add(Events events) {
            if (!events.isEmpty()) {
                known.add(events);
                estimate += events.size();
            }
        }

        /** Not fewer than its events; 0 when there is none. */
        long estimate() {
            return estimate;
        }

        /** Those of some events: where they are few, and a few terms are wanted, without a look at all that have these. */
        Events only(Events among) {
            if (among.size() > FEW_EVENTS || handles.count() > FEW_TERMS || !known.isEmpty()) {
                return among.and(events());
            }
            return together(handle -> terms.only(handle, among));
        }

        Events events() {
            return together(terms::events);
        }

        private Events together(IntFunction<Events> eventsOf) {
            List<Events> all = new ArrayList<>(known);
            for (int i = 0; i < handles.count(); i++) {
                Events each = eventsOf.apply(handles.get(i));
                if (froms.get(i) > 0) {
                    each = each.within(froms.get(i), part.events());
                }
                if (!each.isEmpty()) {
                    all.add(each);
                }
            }
            return Events.union(all, part.events());
        }
    }
}
