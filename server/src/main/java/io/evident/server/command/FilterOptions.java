package io.evident.server.command;

import java.util.LinkedHashMap;
import java.util.Map;
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
}
