package io.evident.server.command;

import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.EventMatcher;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.filter.FilterText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The filters that several commands share, as {@link FilterText} reads them. */
final class FilterOptions {
    @Option(
            names = "--tenant",
            paramLabel = "TENANT",
            description = "The owner; without it all but _system. In every filter: a,b is one of the two, and"
                    + " a* whatever begins so.")
    private String tenant;

    @Option(names = "--stream", paramLabel = "STREAM", description = "The stream.")
    private String stream;

    @Option(names = "--actor", paramLabel = "ACTOR", description = "The actor's id.")
    private String actor;

    @Option(names = "--ip", paramLabel = "IP", description = "The actor's address, network (10.1.0.0/16) or host.")
    private String ip;

    @Option(names = "--action", paramLabel = "ACTION", description = "The action.")
    private String action;

    @Option(names = "--category", paramLabel = "CATEGORY", description = "The category.")
    private String category;

    @Option(names = "--resource", paramLabel = "RESOURCE", description = "The resource's id, or TYPE/ID.")
    private String resource;

    @Option(names = "--outcome", paramLabel = "OUTCOME", description = "success, failure, denied or unknown.")
    private String outcome;

    @Option(names = "--severity", paramLabel = "SEVERITY", description = "P0_CRITICAL to P4_INFO.")
    private String severity;

    @Option(names = "--label", paramLabel = "LABEL", description = "A label that the event bears.")
    private String label;

    @Option(
            names = "--not",
            paramLabel = "FIELD=VALUE",
            description = "What the event must not have, as in --not outcome=success; may be given several times.")
    private List<String> not = new ArrayList<>();

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "What the attributes contain; slow, as every event that meets the other filters is read.")
    private String text;

    String tenant() {
        return tenant;
    }

    /**
     * As parameters of a query; those that are not given are left out. The caller may add to the map.
     *
     * @throws IllegalArgumentException when {@code --not} names no field
     */
    Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("tenant", tenant);
        parameters.put("stream", stream);
        parameters.put("actor", actor);
        parameters.put("ip", ip);
        parameters.put("action", action);
        parameters.put("category", category);
        parameters.put("resource", resource);
        parameters.put("outcome", outcome);
        parameters.put("severity", severity);
        parameters.put("label", label);
        parameters.put("text", text);
        for (String condition : not) {
            int equals = condition.indexOf('=');
            FilterField field = equals < 0 ? null : FilterField.ofText(condition.substring(0, equals));
            require(field != null, "--not has to be FIELD=VALUE, as in --not outcome=success");
            String negated = condition.substring(equals + 1);
            parameters.merge(field.text() + "!", negated, (one, other) -> one + "," + other);
        }
        parameters.values().removeIf(java.util.Objects::isNull);
        return parameters;
    }

    /**
     * As a test of events at hand.
     *
     * @throws IllegalArgumentException when a value cannot be one of its field
     */
    EventMatcher matcher() {
        EventFilter filter = EventFilter.all(TenantScope.allButSystem());
        for (Map.Entry<String, String> parameter : parameters().entrySet()) {
            String name = parameter.getKey();
            if (name.equals("text")) {
                filter = filter.containing(text);
                continue;
            }
            boolean negated = name.endsWith("!");
            String option = negated ? name.substring(0, name.length() - 1) : name;
            FilterText.Reading reading = FilterText.read(FilterField.ofText(option), negated, parameter.getValue());
            require(reading.complaint() == null, (negated ? "--not " : "--") + option + " " + reading.complaint());
            filter = filter.and(reading.condition());
        }
        String named = filter.soleValue(FilterField.TENANT);
        // Evident's own tenant is shown when it is named, and only then.
        return new EventMatcher(
                named == null ? filter : new EventFilter(TenantScope.only(named), filter.conditions(), filter.text()));
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
