package io.evident.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventView;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Events for tests: few values per field, so that filters hit, and times that often meet. */
public final class TestEvents {
    public static final List<String> TENANTS = List.of("acme", "globex", "_system");
    public static final List<String> STREAMS = List.of("wedding-1", "wedding-2", "été-💍");
    public static final List<String> ACTORS = List.of("user-1", "user-2", "wedding-1");
    public static final List<String> ACTIONS = List.of("document.read", "document.write");
    public static final List<String> TYPES = List.of("document", "a/b");
    public static final List<String> RESOURCES = List.of("doc-1", "b/doc-1", "doc-2");
    public static final List<String> LABELS = List.of("pci", "gdpr", "vip");

    public static final List<String> CATEGORIES = List.of("data-access", "login");
    public static final List<String> ADDRESSES = List.of("10.1.2.3", "10.2.0.1", "192.0.2.7", "host.example");
    public static final List<String> TEXTS = List.of("needle", "NEEDLE in", "hay");

    private TestEvents() {}

    public static <T> T oneOf(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** An event whose time lies within {@code times} different ones, around 0. */
    public static AuditEvent random(Random random, int times) {
        AuditEvent.Builder builder = AuditEvent.builder(
                        oneOf(random, TENANTS), oneOf(random, ACTORS), oneOf(random, ACTIONS))
                .id(new UUID(random.nextLong(), random.nextLong()))
                .timeNs(random.nextInt(times) - times / 2)
                .resource(oneOf(random, TYPES), oneOf(random, RESOURCES))
                .outcome(oneOf(random, List.of(Outcome.values())))
                .severity(oneOf(random, List.of(Severity.values())));
        if (random.nextBoolean()) {
            builder.stream(oneOf(random, STREAMS));
        }
        if (random.nextInt(3) > 0) {
            builder.labels(oneOf(random, LABELS), "x-" + random.nextInt(3));
        }
        if (random.nextBoolean()) {
            builder.category(oneOf(random, CATEGORIES)).actorIp(oneOf(random, ADDRESSES));
        }
        if (random.nextInt(3) == 0) {
            builder.attributes(oneOf(random, List.of("{\"note\":\"Needle in a haystack\"}", "{\"n\":1}")));
        }
        return builder.build();
    }

    /** A plain event. */
    public static AuditEvent event(String tenant, String stream, String actor, long timeNs) {
        return AuditEvent.builder(tenant, actor, "document.read").id(new UUID(7, timeNs)).timeNs(timeNs).stream(stream)
                .resource("document", "doc-1")
                .build();
    }

    public static EventView view(AuditEvent event) {
        EventEncoder encoder = new EventEncoder();
        assertThat(event.encodeInto(encoder)).isNull();
        byte[] bytes = new byte[encoder.encodedLength()];
        encoder.encode(bytes, 0);
        EventView view = new EventView();
        assertThat(view.wrap(bytes, 0, bytes.length)).isNull();
        return view;
    }
}
