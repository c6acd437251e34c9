package io.evident.server.command;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.admission.TenantScope;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** The filters that several commands share. */
final class FilterOptions {
    @Option(names = "--tenant", paramLabel = "TENANT", description = "The owner; without it all but _system.")
    private String tenant;

    @Option(names = "--stream", paramLabel = "STREAM", description = "The stream.")
    private String stream;

    @Option(names = "--actor", paramLabel = "ACTOR", description = "The actor's id.")
    private String actor;

    @Option(names = "--action", paramLabel = "ACTION", description = "The action.")
    private String action;

    @Option(names = "--resource", paramLabel = "RESOURCE", description = "The resource's id, or TYPE/ID.")
    private String resource;

    @Option(names = "--outcome", paramLabel = "OUTCOME", description = "success, failure, denied or unknown.")
    private String outcome;

    @Option(names = "--severity", paramLabel = "SEVERITY", description = "P0_CRITICAL to P4_INFO.")
    private String severity;

    @Option(names = "--label", paramLabel = "LABEL", description = "A label that the event bears.")
    private String label;

    String tenant() {
        return tenant;
    }

    /** As parameters of a query; those that are not given are left out. The caller may add to the map. */
    Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("tenant", tenant);
        parameters.put("stream", stream);
        parameters.put("actor", actor);
        parameters.put("action", action);
        parameters.put("resource", resource);
        parameters.put("outcome", outcome);
        parameters.put("severity", severity);
        parameters.put("label", label);
        parameters.values().removeIf(java.util.Objects::isNull);
        return parameters;
    }

    /**
     * As a test of events at hand; every filter that is given has to match exactly.
     *
     * @throws IllegalArgumentException when an outcome or severity is none
     */
    Predicate<EventView> predicate() {
        TenantScope scope = tenant == null ? TenantScope.allButSystem() : TenantScope.only(tenant);
        Predicate<EventView> all = scope::contains;
        all = all.and(field(EventField.STREAM, stream))
                .and(field(EventField.ACTOR_ID, actor))
                .and(field(EventField.ACTION, action))
                .and(resourceIs(resource));
        if (outcome != null) {
            Outcome wanted = Outcome.ofText(outcome);
            require(wanted != null, "--outcome has to be success, failure, denied or unknown");
            all = all.and(event -> event.outcome() == wanted);
        }
        if (severity != null) {
            Severity wanted = Severity.ofText(severity);
            require(wanted != null, "--severity has to be P0_CRITICAL, P1_HIGH, P2_MEDIUM, P3_LOW or P4_INFO");
            all = all.and(event -> event.severity() == wanted);
        }
        if (label != null) {
            byte[] wanted = label.getBytes(StandardCharsets.UTF_8);
            all = all.and(event -> event.hasLabel(wanted));
        }
        return all;
    }

    private static Predicate<EventView> field(EventField field, String text) {
        if (text == null) {
            return event -> true;
        }
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        return event -> event.fieldEquals(field, wanted);
    }

    /** The id, or type and id; both may have slashes of their own. */
    private static Predicate<EventView> resourceIs(String text) {
        Predicate<EventView> either = field(EventField.RESOURCE_ID, text);
        for (int slash = text == null ? -1 : text.indexOf('/'); slash >= 0; slash = text.indexOf('/', slash + 1)) {
            either = either.or(field(EventField.RESOURCE_TYPE, text.substring(0, slash))
                    .and(field(EventField.RESOURCE_ID, text.substring(slash + 1))));
        }
        return either;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
