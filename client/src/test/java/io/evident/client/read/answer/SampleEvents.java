package io.evident.client.read.answer;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventStamp;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Receipt;
import io.evident.event.Severity;
import io.evident.event.json.EventJsonWriter;
import io.evident.event.json.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;

/** Stored events, and the JSON that the server's own writer makes of them. */
public final class SampleEvents {
    private static final String[] TEXTS = {"a", "user-17", "döcument", "\u0000\u001f\"\\/", "日本", "😀", "x,y*z", " "};
    private static final String[] ATTRIBUTES = {
        "{}",
        "{\"a\": [1,2 , {\"b\":null}],  \"a\":1e5}",
        "{\"n\":" + "9".repeat(2_000) + "}",
        "{\"\\u00e9\":\"}\\\"{\",\"é\":\"😀\"}"
    };

    private SampleEvents() {}

    /** A small event, the same for the same number. */
    public static StoredEvent event(int number) {
        AuditEvent event = AuditEvent.builder("t", "u", "a")
                .id(id(number))
                .timeNs(1_000L * number)
                .resource("r", "d-" + number)
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P2_MEDIUM)
                .build();
        return new StoredEvent(event, 7, "::1", 0, 1, 1, (long) number, null, Lane.STANDARD);
    }

    public static UUID id(int number) {
        return new UUID(0x0193_0000_0000_7000L, 0x8000_0000_0000_0000L | number);
    }

    /** An event with any of its fields absent or present. */
    public static StoredEvent random(Random random) {
        AuditEvent event = new AuditEvent(
                new UUID(random.nextLong() | 1, random.nextLong()),
                random.nextLong(),
                text(random),
                optional(random),
                text(random),
                optional(random),
                optional(random),
                text(random),
                optional(random),
                text(random),
                text(random),
                Outcome.values()[random.nextInt(Outcome.values().length)],
                Severity.values()[random.nextInt(Severity.values().length)],
                random.ints(random.nextInt(3), 0, TEXTS.length)
                        .mapToObj(i -> TEXTS[i])
                        .toList(),
                random.nextBoolean() ? null : ATTRIBUTES[random.nextInt(ATTRIBUTES.length)]);
        boolean emergency = random.nextInt(4) == 0;
        return new StoredEvent(
                event,
                random.nextLong() | 1,
                text(random),
                random.nextInt(64),
                random.nextInt(1_000),
                random.nextInt(100),
                emergency ? null : random.nextLong() >>> 1,
                emergency ? 1L + random.nextInt(1_000) : null,
                Lane.ofCode(random.nextInt(Lane.count())));
    }

    private static String optional(Random random) {
        return random.nextBoolean() ? null : text(random);
    }

    private static String text(Random random) {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    public static String json(int number) {
        return new String(json(event(number)), StandardCharsets.UTF_8);
    }

    /** The event as the server writes it. */
    public static byte[] json(StoredEvent stored) {
        EventEncoder encoder = new EventEncoder();
        if (stored.event().encodeInto(encoder) != null) {
            throw new AssertionError("no event that could be stored");
        }
        byte[] supplied = new byte[encoder.encodedLength()];
        encoder.encode(supplied, 0);
        EventView view = new EventView();
        view.wrap(supplied, 0, supplied.length);
        byte[] from = stored.receivedFrom().getBytes(StandardCharsets.UTF_8);
        byte[] stamped = new byte[EventStamp.stampedLength(view, from)];
        UUID id = stored.event().id();
        EventStamp.copyStamped(
                view,
                id.getMostSignificantBits(),
                id.getLeastSignificantBits(),
                stored.receivedTimeNs(),
                from,
                stamped,
                0);
        view.wrap(stamped, 0, stamped.length);
        long sequence =
                stored.sequence() != null ? stored.sequence() : Receipt.atEmergencyPosition(stored.emergencyPosition());
        JsonBytes bytes = new JsonBytes(1024);
        EventJsonWriter.onOneLine()
                .write(bytes, view, stored.shard(), stored.incarnation(), stored.epoch(), sequence, stored.lane());
        return bytes.toByteArray();
    }
}
