package io.evident.load.search;

import io.evident.event.Outcome;
import io.evident.event.Severity;
import java.util.List;
import java.util.UUID;

/**
 * One question with its particulars; what a question does not need is {@code null} or 0.
 *
 * @param id {@link Question#BY_ID}: the event's
 * @param fromUs earliest event time in microseconds since 1970, inclusive
 * @param toUs latest, exclusive
 * @param limit most rows
 * @param after {@link Question#DEEP_PAGE}: the row behind which the page begins
 */
record Asking(
        Question question,
        UUID id,
        String tenant,
        String actor,
        String action,
        Outcome outcome,
        String resource,
        List<Severity> severities,
        long fromUs,
        long toUs,
        int limit,
        DeepPlace after) {

    /** Any event of a tenant in a span of time. */
    static Asking of(Question question, String tenant, long fromUs, long toUs, int limit) {
        return new Asking(question, null, tenant, null, null, null, null, List.of(), fromUs, toUs, limit, null);
    }

    /** One event. */
    static Asking ofId(UUID id) {
        return new Asking(Question.BY_ID, id, null, null, null, null, null, List.of(), 0, 0, 1, null);
    }

    /** A page behind a row. */
    static Asking behind(DeepPlace place, int limit) {
        return new Asking(
                Question.DEEP_PAGE,
                null,
                place.tenant(),
                null,
                null,
                null,
                null,
                List.of(),
                place.fromUs(),
                place.toUs(),
                limit,
                place);
    }

    Asking withActor(String newActor) {
        return new Asking(
                question, id, tenant, newActor, action, outcome, resource, severities, fromUs, toUs, limit, after);
    }

    Asking withAction(String newAction, Outcome newOutcome) {
        return new Asking(
                question, id, tenant, actor, newAction, newOutcome, resource, severities, fromUs, toUs, limit, after);
    }

    Asking withResource(String newResource, List<Severity> newSeverities) {
        return new Asking(
                question, id, tenant, actor, action, outcome, newResource, newSeverities, fromUs, toUs, limit, after);
    }

    /**
     * The same with its earliest time moved: it takes the same work, and cannot be answered from memory of the last time.
     * A page behind a row stays as it is, for its cursor belongs to these times.
     */
    Asking movedBy(long earlierUs) {
        return after != null
                ? this
                : new Asking(
                        question,
                        id,
                        tenant,
                        actor,
                        action,
                        outcome,
                        resource,
                        severities,
                        fromUs - earlierUs,
                        toUs,
                        limit,
                        null);
    }
}
