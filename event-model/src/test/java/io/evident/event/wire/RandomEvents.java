package io.evident.event.wire;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Receipt;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import io.evident.event.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Events, receipts and refusals of all shapes that are allowed, from a seed. */
final class RandomEvents {
    private static final String[] LETTERS = {
        "a", "Z", "7", "-", " ", "\u00e4", "\u00df", "\u20ac", "\u4e2d", "\ud83d\ude00"
    };

    private final Random random;

    RandomEvents(long seed) {
        random = new Random(seed);
    }

    Random random() {
        return random;
    }

    AuditEvent event() {
        AuditEvent.Builder builder = AuditEvent.builder(text(1, 30), text(1, 60), text(1, 20))
                .resource(text(1, 20), text(1, 40))
                .outcome(pick(Outcome.values()))
                .severity(pick(Severity.values()))
                .stream(optional(40))
                .actorIp(optional(20))
                .actorAgent(optional(200))
                .category(optional(12))
                .labels(labels().toArray(new String[0]));
        if (random.nextBoolean()) {
            builder.id(id());
        }
        if (random.nextBoolean()) {
            builder.timeNs(random.nextLong());
        }
        if (random.nextBoolean()) {
            builder.attributes("{\"note\":\"" + text(0, random.nextInt(10) == 0 ? 9_000 : 50) + "\"}");
        }
        return builder.build();
    }

    Receipt receipt() {
        boolean placed = random.nextBoolean();
        return new Receipt(
                id(),
                random.nextInt(65_536),
                placed ? random.nextInt(Integer.MAX_VALUE) : 0,
                placed ? random.nextLong() & Long.MAX_VALUE : Receipt.NO_SEQUENCE,
                pick(Tier.values()),
                pick(Lane.values()),
                random.nextBoolean());
    }

    Refusal refusal() {
        return new Refusal(pick(RefusalReason.values()), optional(20), text(0, 80));
    }

    UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }

    String text(int minLetters, int maxLetters) {
        StringBuilder text = new StringBuilder();
        int letters = minLetters + random.nextInt(maxLetters - minLetters + 1);
        for (int i = 0; i < letters; i++) {
            text.append(pick(LETTERS));
        }
        return text.toString();
    }

    private String optional(int maxLetters) {
        return random.nextBoolean() ? text(1, maxLetters) : null;
    }

    private List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            labels.add(text(1, 12));
        }
        return labels;
    }

    /** An event in the binary layout. */
    static byte[] bytes(AuditEvent event) {
        EventEncoder encoder = new EventEncoder();
        if (event.encodeInto(encoder) != null) {
            throw new AssertionError("a random event is too long");
        }
        byte[] bytes = new byte[encoder.encodedLength()];
        encoder.encode(bytes, 0);
        return bytes;
    }
}
