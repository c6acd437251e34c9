package io.evident.ingest.http.endpoint;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.HealthProbe;
import io.evident.ingest.MetricsPage;
import io.evident.ingest.http.Endpoint;
import io.evident.ingest.http.HttpAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The pages that tell about the server itself. Thread-safe. */
final class ServerPages {
    private static final String OPENAPI = "/io/evident/ingest/openapi.yaml";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String ROOT = """
            {"name":"evident","what":"a security audit event pipeline","events":"/v1/events",\
            "follow":"/v1/events/follow","export":"/v1/export","health":"/health","metrics":"/metrics",\
            "description":"/openapi.yaml"}
            """;

    private ServerPages() {}

    /** Tells what this is and where to look. */
    static Endpoint root() {
        HttpAnswer answer = HttpAnswer.text(200, HttpAnswer.JSON, ROOT);
        return exchange -> exchange.answer(answer);
    }

    /** One question about the server's health. */
    static Endpoint health(HealthProbe probe, HealthProbe.Question question) {
        return exchange -> {
            HealthProbe.Health health = probe.check(question);
            byte[] json = health.json().getBytes(StandardCharsets.UTF_8);
            exchange.answer(HttpAnswer.json(health.up() ? 200 : 503, json));
        };
    }

    /** What was measured; not found where nothing is. */
    static Endpoint metrics(MetricsPage metrics, QueryPool pool) {
        if (metrics == null) {
            Refusal absent = Refusal.of(RefusalReason.NOT_FOUND, "this server publishes no metrics");
            return exchange -> exchange.refuse(absent);
        }
        return exchange -> pool.run(exchange, () -> exchange.answer(HttpAnswer.text(200, PROMETHEUS, metrics.text())));
    }

    /** The description of this API. */
    static Endpoint openApi() {
        HttpAnswer answer = HttpAnswer.of(200, "application/yaml", openApiBytes());
        return exchange -> exchange.answer(answer);
    }

    private static byte[] openApiBytes() {
        try (InputStream in = ServerPages.class.getResourceAsStream(OPENAPI)) {
            if (in == null) {
                throw new IllegalStateException(OPENAPI + " is missing from the build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + OPENAPI, e);
        }
    }
}
