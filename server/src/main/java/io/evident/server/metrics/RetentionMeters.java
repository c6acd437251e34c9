package io.evident.server.metrics;

import io.evident.pipeline.control.RetentionOverview.Figures;
import io.evident.server.retention.RetentionFigures;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** What retention did, for the page. */
final class RetentionMeters {
    private static final double MS_PER_SECOND = 1e3;

    private final MeterRegistry registry;

    RetentionMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void bind(RetentionFigures figures) {
        total(figures, "events.removed", "expired events whose bytes were freed", Figures::events);
        total(figures, "bytes.removed", "their size before compression", Figures::bytes);
        total(figures, "freed.bytes", "by how much files of the journal became smaller", Figures::freedBytes);
        total(figures, "segments.freed", "segments of which nothing is left", Figures::segmentsFreed);
        total(
                figures,
                "segments.reduced",
                "segments that were written anew without what has expired",
                Figures::segmentsReduced);
        total(figures, "failures", "what could not be done, and is tried again", Figures::failures);
        Gauge.builder(
                        "evident.retention.age.seconds",
                        figures,
                        each -> each.now().passAgeMs() / MS_PER_SECOND)
                .description("time since the last look at what has expired, or since the start while there was none")
                .register(registry);
    }

    private void total(RetentionFigures figures, String name, String description, ToDoubleFunction<Figures> value) {
        FunctionCounter.builder("evident.retention." + name, figures, each -> value.applyAsDouble(each.now()))
                .description(description)
                .register(registry);
    }
}
