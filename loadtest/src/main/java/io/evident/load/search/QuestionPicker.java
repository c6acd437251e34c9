package io.evident.load.search;

import io.evident.event.AuditEvent;
import io.evident.event.Severity;
import io.evident.load.dataset.DataSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Chooses what is asked about, by seed, out of what exists: each particular belongs to an event drawn at random, so that
 * busy tenants, actors and resources are asked about more often, as people do. The n-th asking of a question is always
 * the same. Immutable, thread-safe.
 */
final class QuestionPicker {
    static final int PAGE_ROWS = 100;
    static final int LARGE_PAGE_ROWS = 1_000;

    private static final long HOUR_US = 3_600_000_000L;
    private static final long DAY_US = 24 * HOUR_US;
    private static final long WEEK_US = 7 * DAY_US;
    private static final long START_US = DataSet.START.getEpochSecond() * 1_000_000;
    private static final long END_US = DataSet.END.getEpochSecond() * 1_000_000;

    private final DataSet events;
    private final long seed;
    private final List<DeepPlace> deepPlaces;

    /** @param deepPlaces for {@link Question#DEEP_PAGE}; when it has none that question cannot be asked */
    QuestionPicker(DataSet events, long seed, List<DeepPlace> deepPlaces) {
        this.events = events;
        this.seed = seed;
        this.deepPlaces = List.copyOf(deepPlaces);
    }

    /** The n-th asking of a question; the deep places are used again when there are no more. */
    Asking pick(Question question, long n) {
        if (question == Question.DEEP_PAGE) {
            return Asking.behind(deepPlaces.get((int) (n % deepPlaces.size())), PAGE_ROWS);
        }
        SplittableRandom random = new SplittableRandom((seed * 31 + question.ordinal()) * 1_000_003 + n);
        long number = random.nextLong(events.events());
        AuditEvent event = events.event(number);
        long timeUs = events.timeUs(number);
        return switch (question) {
            case BY_ID -> Asking.ofId(event.id());
            case ACTOR -> wholeTime(question, event).withActor(event.actorId());
            case ACTION -> around(question, event, timeUs, HOUR_US, random).withAction(event.action(), event.outcome());
            case RESOURCE ->
                around(question, event, timeUs, WEEK_US, random)
                        .withResource(event.resourceId(), severities(event.severity(), random));
            case PAGE -> Asking.of(question, event.tenant(), START_US, timeUs + 1, LARGE_PAGE_ROWS);
            case COUNT -> dayOf(question, event, timeUs);
            case HISTOGRAM -> wholeTime(question, event);
            case NOTHING ->
                wholeTime(question, event).withActor(DataSet.actorName(DataSet.ACTORS + random.nextInt(1 << 30)));
            case DEEP_PAGE -> throw new IllegalStateException("was asked above");
        };
    }

    private static Asking wholeTime(Question question, AuditEvent event) {
        return Asking.of(question, event.tenant(), START_US, END_US, PAGE_ROWS);
    }

    /** A span of time that has the event in it. */
    private static Asking around(
            Question question, AuditEvent event, long timeUs, long spanUs, SplittableRandom random) {
        long fromUs = timeUs - random.nextLong(spanUs);
        return Asking.of(question, event.tenant(), fromUs, fromUs + spanUs, PAGE_ROWS);
    }

    private static Asking dayOf(Question question, AuditEvent event, long timeUs) {
        long fromUs = timeUs - Math.floorMod(timeUs, DAY_US);
        return Asking.of(question, event.tenant(), fromUs, fromUs + DAY_US, PAGE_ROWS);
    }

    /** One and another. */
    private static List<Severity> severities(Severity one, SplittableRandom random) {
        Set<Severity> others = EnumSet.complementOf(EnumSet.of(one));
        Severity other =
                others.stream().skip(random.nextInt(others.size())).findFirst().orElseThrow();
        return List.of(one, other);
    }
}
