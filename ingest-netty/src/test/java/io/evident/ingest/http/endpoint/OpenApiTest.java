package io.evident.ingest.http.endpoint;

import static io.evident.ingest.http.RawClient.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.RefusalReason;
import io.evident.ingest.HealthProbe;
import io.evident.ingest.IngestConfig;
import io.evident.ingest.IngestPorts;
import io.evident.ingest.ListedEvents;
import io.evident.ingest.LoopbackOnly;
import io.evident.ingest.ScriptedIntake;
import io.evident.ingest.TestServer;
import io.evident.ingest.http.RawClient;
import io.evident.ingest.http.Route;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    @SuppressWarnings("unchecked") // the shape of an OpenAPI description
    private static Map<String, Object> map(Map<String, Object> parent, String... path) {
        Map<String, Object> at = parent;
        for (String name : path) {
            at = (Map<String, Object>) at.get(name);
        }
        return at;
    }

    private static Map<String, Object> description() throws Exception {
        try (TestServer server = TestServer.start();
                RawClient client = new RawClient(server)) {
            return client.exchange(get("/openapi.yaml")).json();
        }
    }

    private static List<Route> routes() throws InterruptedException {
        ListedEvents events = new ListedEvents();
        HealthProbe health = question -> new HealthProbe.Health(true, "{}");
        RouteTable table = new RouteTable(
                IngestConfig.defaults(),
                new IngestPorts(new ScriptedIntake(), events, events, new LoopbackOnly(), health, () -> ""));
        table.end();
        return table.routes();
    }

    /** Method and path of every route, with its query parameters. */
    private static Map<String, Set<String>> liveRoutes() throws InterruptedException {
        Map<String, Set<String>> live = new TreeMap<>();
        for (Route route : routes()) {
            live.put(route.method() + " " + route.path(), new TreeSet<>(route.parameters()));
        }
        return live;
    }

    @SuppressWarnings("unchecked") // the shape of an OpenAPI description
    private static Map<String, Set<String>> describedRoutes(Map<String, Object> description) {
        Map<String, Set<String>> described = new TreeMap<>();
        map(description, "paths")
                .forEach((path, operations) -> ((Map<String, Object>) operations)
                        .forEach((method, operation) -> described.put(
                                method.toUpperCase(Locale.ROOT) + " " + path,
                                parameters(description, (Map<String, Object>) operation))));
        return described;
    }

    @SuppressWarnings("unchecked") // the shape of an OpenAPI description
    private static Set<String> parameters(Map<String, Object> description, Map<String, Object> operation) {
        Set<String> names = new TreeSet<>();
        var parameters = (List<Map<String, Object>>) operation.getOrDefault("parameters", List.of());
        for (Map<String, Object> parameter : parameters) {
            String reference = (String) parameter.get("$ref");
            Map<String, Object> target = reference == null
                    ? parameter
                    : map(description, reference.substring(2).split("/", -1));
            if ("query".equals(target.get("in"))) {
                names.add((String) target.get("name"));
            }
        }
        return names;
    }

    @Test
    void describesExactlyTheRoutesThereAreWithTheirParameters() throws Exception {
        assertThat(describedRoutes(description())).isEqualTo(liveRoutes());
    }

    @Test
    void describesEveryProblemType() throws Exception {
        Object types = map(description(), "components", "schemas", "Problem", "properties", "type")
                .get("enum");
        assertThat(types)
                .isEqualTo(Arrays.stream(RefusalReason.values())
                        .map(reason -> "urn:evident:problem:" + reason.text())
                        .toList());
    }

    @Test
    void everyReferenceLeadsSomewhere() throws Exception {
        Map<String, Object> description = description();
        checkReferences(description, description);
    }

    @SuppressWarnings("unchecked") // the shape of an OpenAPI description
    private static void checkReferences(Map<String, Object> description, Object node) {
        if (node instanceof Map<?, ?> map) {
            if (map.get("$ref") instanceof String reference) {
                assertThat(map(description, reference.substring(2).split("/", -1)))
                        .as(reference)
                        .isNotNull();
            }
            map.values().forEach(value -> checkReferences(description, value));
        } else if (node instanceof List<?> list) {
            list.forEach(value -> checkReferences(description, value));
        }
    }
}
