package io.evident.storage.index.part;

import io.evident.event.EventEncoder;
import io.evident.event.EventField;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FieldCondition;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.filter.ValuePattern;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.ShardHorizon;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** Events, filters and times by a seed, of so few different values that they often meet. */
public final class RandomEvents {
    public static final long BASE_NS = 1_700_000_000_000_000_000L;

    private static final String[] TENANTS = {"acme", "acme", "acme-2", "globex", TenantScope.SYSTEM};
    private static final String[] TYPES = {"document", "doc", "a/b", "order", "a", ""};
    private static final String[] IDS = {"1", "doc-9", "doc-10", "b/c", "c", "/", "x/y/z", "", "\u00e4\u00f6"};
    private static final String[] ACTIONS = {"document.read", "document.write", "login", "logout", "document"};
    private static final String[] LABELS = {"pci", "gdpr", "pc", "\uD83D\uDE00"};
    private static final String[] ADDRESSES = {
        "10.1.2.3",
        "10.1.2.4",
        "10.200.0.1",
        "::ffff:10.1.2.3",
        "::1",
        "2001:db8::1",
        "2001:DB8:0:0::2",
        "host-1",
        "host"
    };
    private static final String[] NETWORKS = {
        "10.0.0.0/8", "10.1.2.0/30", "2001:db8::/32", "::/0", "0.0.0.0/0", "::1/128"
    };

    private final Random random;
    private final Block block = new Block();
    private final EventEncoder encoder = new EventEncoder();
    private final byte[] event = new byte[96 * 1024];
    private final int actors;
    private long lastTimeNs = BASE_NS;

    public RandomEvents(long seed, int actors) {
        this.random = new Random(seed);
        this.actors = actors;
    }

    public Random random() {
        return random;
    }

    /** A block of random events; valid until the next. */
    public Block block(long firstSequence, int count) {
        block.begin(Lane.STANDARD, 1, firstSequence);
        for (int i = 0; i < count; i++) {
            long timeNs = timeNs();
            block.add(event, 0, encode(firstSequence + i, timeNs), timeNs);
        }
        return block;
    }

    /** The id of an event. */
    public static UUID id(long sequence) {
        // Some have the same.
        return new UUID(7, sequence / 3 * 3 + 1);
    }

    private long timeNs() {
        lastTimeNs += random.nextInt(1_000_000) - (random.nextInt(10) == 0 ? 5_000_000 : 0);
        return switch (random.nextInt(500)) {
            case 0 -> Long.MIN_VALUE + random.nextInt(3);
            case 1 -> Long.MAX_VALUE - random.nextInt(3);
            default -> lastTimeNs;
        };
    }

    private int encode(long sequence, long timeNs) {
        encoder.reset();
        encoder.id(id(sequence).getMostSignificantBits(), id(sequence).getLeastSignificantBits());
        encoder.timeNs(timeNs);
        encoder.outcome(random.nextInt(5) > 0 ? Outcome.SUCCESS : Outcome.values()[random.nextInt(4)]);
        encoder.severity(Severity.values()[random.nextInt(5)]);
        for (int labels = random.nextInt(4); labels > 0; labels--) {
            byte[] label = utf8(pick(LABELS));
            encoder.label(label, 0, label.length);
        }
        text(EventField.TENANT, pick(TENANTS));
        text(EventField.STREAM, random.nextInt(3) == 0 ? "" : stream());
        text(EventField.ACTOR_ID, actor());
        text(EventField.ACTOR_IP, random.nextInt(4) == 0 ? "" : pick(ADDRESSES));
        text(EventField.ACTION, pick(ACTIONS));
        text(EventField.CATEGORY, random.nextBoolean() ? "" : "data-access");
        text(EventField.RESOURCE_TYPE, pick(TYPES));
        text(EventField.RESOURCE_ID, pick(IDS));
        text(EventField.ATTRIBUTES, "{\"n\":" + random.nextInt() + "}");
        return encoder.encode(event, 0);
    }

    private void text(EventField field, String value) {
        if (!value.isEmpty()) {
            byte[] utf8 = utf8(value);
            encoder.field(field, utf8, 0, utf8.length);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String pick(String[] from) {
        return from[random.nextInt(from.length)];
    }

    private String stream() {
        return "order-" + random.nextInt(30);
    }

    private String actor() {
        return "user-" + random.nextInt(1 + random.nextInt(actors));
    }

    /** A horizon between two sequences, of which the first may be negative, or at them. */
    public ShardHorizon horizon(long first, long last) {
        Map<String, Long> named = new HashMap<>();
        for (int count = random.nextInt(4); count > 0; count--) {
            named.put(random.nextInt(8) == 0 ? "nobody" : pick(TENANTS), sequence(first, last));
        }
        return new ShardHorizon(random.nextInt(4) == 0 ? 0 : sequence(first, last), named);
    }

    private long sequence(long first, long last) {
        return Math.max(0, random.nextInt(6) == 0 ? last : first + random.nextLong(last - first));
    }

    public TimeRange range() {
        return new TimeRange(bound(), bound());
    }

    private Long bound() {
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> null;
            case 3 -> BASE_NS;
            case 4 -> lastTimeNs;
            case 5 -> random.nextBoolean() ? Long.MIN_VALUE + 1 : Long.MAX_VALUE - 1;
            default -> BASE_NS + random.nextLong(Math.max(1, lastTimeNs - BASE_NS));
        };
    }

    public EventFilter filter() {
        EventFilter filter = EventFilter.all(scope());
        for (int conditions = random.nextInt(4); conditions > 0; conditions--) {
            filter = filter.and(condition());
        }
        return filter;
    }

    private TenantScope scope() {
        return switch (random.nextInt(6)) {
            case 0 -> TenantScope.only("acme");
            case 1 -> TenantScope.only("acme", TenantScope.SYSTEM, "nobody");
            case 2 -> random.nextInt(5) == 0 ? TenantScope.only() : TenantScope.only("globex");
            default -> TenantScope.allButSystem();
        };
    }

    private FieldCondition condition() {
        FilterField field = FilterField.values()[random.nextInt(FilterField.values().length)];
        List<ValuePattern> values = new ArrayList<>();
        for (int count = 1 + random.nextInt(3) * random.nextInt(2); count > 0; count--) {
            values.add(value(field));
        }
        return new FieldCondition(field, random.nextInt(4) == 0, values);
    }

    private ValuePattern value(FilterField field) {
        if (random.nextInt(20) == 0) {
            return new ValuePattern(ValuePattern.Kind.EXACT, random.nextBoolean() ? "nothing has this" : "");
        }
        if (field == FilterField.IP && random.nextBoolean()) {
            return new ValuePattern(ValuePattern.Kind.NETWORK, pick(NETWORKS));
        }
        String text = text(field);
        if (random.nextInt(3) > 0) {
            return ValuePattern.exactly(text);
        }
        int length = text.offsetByCodePoints(0, random.nextInt(text.codePointCount(0, text.length()) + 1));
        return ValuePattern.startingWith(text.substring(0, length));
    }

    private String text(FilterField field) {
        return switch (field) {
            case TENANT -> pick(TENANTS);
            case STREAM -> stream();
            case ACTOR -> actor();
            case ACTION -> pick(ACTIONS);
            case CATEGORY -> "data-access";
            case RESOURCE -> random.nextBoolean() ? pick(IDS) : pick(TYPES) + "/" + pick(IDS);
            case OUTCOME -> Outcome.values()[random.nextInt(4)].text();
            case SEVERITY -> Severity.values()[random.nextInt(5)].name();
            case LABEL -> pick(LABELS);
            case IP -> pick(ADDRESSES);
        };
    }
}
