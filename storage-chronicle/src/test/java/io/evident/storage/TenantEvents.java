package io.evident.storage;

import io.evident.event.EventEncoder;
import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.journal.Block;
import io.evident.pipeline.journal.BlockReader;
import io.evident.pipeline.journal.BlockSource;
import io.evident.pipeline.journal.Journal;
import io.evident.pipeline.retention.ShardHorizon;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** Events of random tenants that were written to a shard, by sequence: what retention is held against. */
final class TenantEvents {
    static final List<String> TENANTS = List.of("acme", "globex", "initech", "_system");
    private static final int MOST_BYTES = 3_000;

    /** An event as it was written. */
    record Written(String tenant, int bytes, long receivedNs) {}

    private final TreeMap<Long, Written> written = new TreeMap<>();
    private final TreeSet<Long> removed = new TreeSet<>();
    private final Random random;
    private final Block block = new Block();
    private final EventEncoder encoder = new EventEncoder();
    private final byte[] event = new byte[MOST_BYTES + 1_000];

    TenantEvents(long seed) {
        random = new Random(seed);
    }

    /** Appends a block of some events. */
    void append(Journal journal) throws IOException {
        append(journal, 1 + random.nextInt(12));
    }

    void append(Journal journal, int count) throws IOException {
        block.begin(Lane.STANDARD, 1, journal.nextSequence());
        for (int i = 0; i < count; i++) {
            long sequence = journal.nextSequence() + i;
            String tenant = TENANTS.get(random.nextInt(TENANTS.size()));
            long receivedNs = 1_000_000L + sequence * 10 + random.nextInt(30);
            encoder.reset();
            encoder.id(1, sequence + 1);
            encoder.timeNs(sequence);
            encoder.receivedTimeNs(receivedNs);
            encoder.outcome(Outcome.SUCCESS);
            encoder.severity(Severity.P3_LOW);
            text(EventField.TENANT, tenant);
            text(EventField.ACTION, "secret-of-" + tenant + "-" + sequence);
            text(EventField.ATTRIBUTES, "\"" + "x".repeat(random.nextInt(MOST_BYTES)) + "\"");
            int length = encoder.encode(event, 0);
            block.add(event, 0, length, sequence);
            written.put(sequence, new Written(tenant, Integer.BYTES + length, receivedNs));
        }
        journal.append(block);
    }

    private void text(EventField field, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        encoder.field(field, utf8, 0, utf8.length);
    }

    /** A horizon somewhere below a sequence, never below one that was before. */
    ShardHorizon after(ShardHorizon before, long below) {
        Map<String, Long> byTenant = new HashMap<>();
        for (String tenant : TENANTS) {
            boolean isNamed = random.nextInt(3) > 0;
            if (isNamed || before.of(tenant) > 0) {
                byTenant.put(tenant, move(before.of(tenant), below));
            }
        }
        return new ShardHorizon(move(before.of("somebody"), below), byTenant);
    }

    private long move(long from, long below) {
        return switch (random.nextInt(3)) {
            case 0 -> from;
            case 1 -> Math.max(from, random.nextLong(below + 1));
            default -> Math.max(from, Math.min(below, from + random.nextInt(40)));
        };
    }

    /** Takes out what has expired between two sequences; by tenant what that is. */
    Map<String, List<Written>> expire(ShardHorizon horizon, long from, long to, boolean really) {
        Map<String, List<Written>> expired = new HashMap<>();
        written.subMap(from, true, to, true).forEach((sequence, each) -> {
            if (!removed.contains(sequence) && sequence < horizon.of(each.tenant())) {
                expired.computeIfAbsent(each.tenant(), absent -> new ArrayList<>())
                        .add(each);
                if (really) {
                    removed.add(sequence);
                }
            }
        });
        return expired;
    }

    /** What is there between two sequences, by tenant. */
    Map<String, List<Written>> kept(long from, long to) {
        Map<String, List<Written>> kept = new HashMap<>();
        written.subMap(from, true, to, true).forEach((sequence, each) -> {
            if (!removed.contains(sequence)) {
                kept.computeIfAbsent(each.tenant(), absent -> new ArrayList<>()).add(each);
            }
        });
        return kept;
    }

    /** The sequences that are left. */
    List<Long> sequences() {
        List<Long> left = new ArrayList<>(written.keySet());
        left.removeIf(removed::contains);
        return left;
    }

    /** How many events were written, by tenant. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        written.values().forEach(each -> counts.merge(each.tenant(), 1L, Long::sum));
        return counts;
    }

    /** How many were removed. */
    int removedEvents() {
        return removed.size();
    }

    /** The sequences of what can be read, each checked to be what was written there. */
    List<Long> read(BlockSource source) throws IOException {
        List<Long> sequences = new ArrayList<>();
        BlockReader reader = new BlockReader();
        for (int i = source.nextKept(0); i < source.blockCount(); i = source.nextKept(i + 1)) {
            source.read(source.block(i), reader);
            while (reader.next()) {
                check(reader.event(), reader.sequence());
                sequences.add(reader.sequence());
            }
        }
        return sequences;
    }

    /** Fails when an event is not what was written there. */
    void check(EventView event, long sequence) {
        Written there = written.get(sequence);
        boolean right = there != null
                && event.idLow() == sequence + 1
                && event.timeNs() == sequence
                && event.receivedTimeNs() == there.receivedNs()
                && event.length() + Integer.BYTES == there.bytes()
                && event.text(EventField.TENANT).equals(there.tenant());
        if (!right) {
            throw new AssertionError("another event stands at sequence " + sequence);
        }
    }
}
