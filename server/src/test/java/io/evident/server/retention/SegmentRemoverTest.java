package io.evident.server.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.pipeline.retention.RetentionRule;
import io.evident.server.json.JsonTree;
import io.evident.server.retention.state.RetentionStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentRemoverTest {
    @TempDir
    private Path data;

    private final RecordedEvents events = new RecordedEvents();
    private final RetentionFigures figures = new RetentionFigures(System::nanoTime);
    private final MemoryRetained shard = new MemoryRetained(0);
    private long tickNs;
    private RetentionStore store;
    private SegmentRemover remover;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(data.resolve("shard-00"));
        store = RetentionStore.open(data);
        remover = newRemover();
    }

    private SegmentRemover newRemover() {
        return new SegmentRemover(store, new RetentionAudit(events.own()), figures, 50, () -> tickNs);
    }

    private void expire(String name, long cut) throws IOException {
        store.change(state -> state.withRule(name, new RetentionRule(60, 0)).raised(Map.of(name, new long[] {cut})));
    }

    private void remove() throws IOException {
        remover.remove(List.of(shard), () -> true, true);
    }

    private static JsonTree attributes(AuditEvent event) throws IOException {
        return JsonTree.parse(event.attributes().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void freesASegmentOfWhichAllHasExpiredAndSaysSoBefore() throws IOException {
        shard.append("acme", 1, 2, 3);
        shard.seal();
        shard.append("acme", 4);
        expire("*", 4);
        remove();
        assertThat(shard.removals()).as("what is not sealed stays").containsExactly("freed 0");
        AuditEvent said = events.stored().get(0);
        assertThat(said.tenant()).isEqualTo("_system");
        assertThat(said.action()).isEqualTo("retention.removed");
        JsonTree attributes = attributes(said);
        assertThat(attributes.text("how")).isEqualTo("freed");
        assertThat(attributes.text("segment")).isEqualTo("segment-0");
        assertThat(attributes.at("firstSequence").number(-1)).isZero();
        assertThat(attributes.at("lastSequence").number(-1)).isEqualTo(2);
        JsonTree tenant = attributes.at("tenants").elements().get(0);
        assertThat(tenant.text("tenant")).isEqualTo("acme");
        assertThat(tenant.text("rule")).isEqualTo("*: keepFor 1m");
        assertThat(tenant.at("events").number(0)).isEqualTo(3);
        assertThat(figures.now().segmentsFreed()).isEqualTo(1);
        assertThat(figures.now().events()).isEqualTo(3);
        assertThat(figures.of("acme").events()).isEqualTo(3);
        remove();
        assertThat(events.stored()).hasSize(1);
    }

    @Test
    void reducesASegmentOnlyWhenEnoughHasExpired() throws IOException {
        shard.append("acme", 1);
        shard.append("glob", 2, 3);
        shard.seal();
        expire("acme", 3);
        remove();
        assertThat(shard.removals()).as("a third").isEmpty();
        expire("glob", 3);
        expire("acme", 1);
        shard.append("acme", 1, 2, 3);
        shard.append("glob", 4);
        shard.seal();
        remove();
        assertThat(shard.removals()).as("all").containsExactly("freed 0");
        expire("acme", 6);
        remove();
        assertThat(shard.removals()).as("three of four").containsExactly("freed 0", "reduced 1");
        assertThat(attributes(events.stored().get(1)).text("how")).isEqualTo("reduced");
        remove();
        assertThat(shard.removals()).hasSize(2);
        expire("glob", 7);
        remove();
        assertThat(shard.removals()).containsExactly("freed 0", "reduced 1", "freed 1");
        assertThat(shard.events()).isEmpty();
    }

    @Test
    void waitsAnHourForWhatIsJustExpiringBeforeItReduces() throws IOException {
        shard.append("acme", 1, 2, 3, 4);
        shard.append("glob", 1);
        shard.seal();
        expire("acme", 3);
        remove();
        assertThat(shard.removals()).as("three of five, and one is to follow").isEmpty();
        tickNs += TimeUnit.MINUTES.toNanos(59);
        remove();
        assertThat(shard.removals()).isEmpty();
        tickNs += TimeUnit.MINUTES.toNanos(1);
        remove();
        assertThat(shard.removals()).as("it did not follow").containsExactly("reduced 0");
    }

    @Test
    void reducesOnceWhenWhatWasJustExpiringHas() throws IOException {
        shard.append("acme", 1, 2, 3, 4);
        shard.append("glob", 1);
        shard.seal();
        expire("acme", 3);
        remove();
        expire("acme", 4);
        remove();
        assertThat(shard.removals()).containsExactly("reduced 0");
    }

    @Test
    void freesInAllShardsBeforeItReducesInAny() throws IOException {
        MemoryRetained other = new MemoryRetained(1);
        shard.append("acme", 1, 2);
        shard.append("glob", 1);
        shard.seal();
        other.append("acme", 1);
        other.seal();
        store.change(state ->
                state.withRule("acme", new RetentionRule(60, 0)).raised(Map.of("acme", new long[] {2, 1})));
        List<MemoryRetained> both = List.of(shard, other);
        List<String> first = new ArrayList<>();
        remover.remove(
                both,
                () -> {
                    if (first.isEmpty()) {
                        shard.removals().forEach(removal -> first.add("0 " + removal));
                        other.removals().forEach(removal -> first.add("1 " + removal));
                    }
                    return true;
                },
                true);
        assertThat(first).containsExactly("1 freed 0");
        assertThat(shard.removals()).containsExactly("reduced 0");
    }

    @Test
    void withoutTimeToRewriteItOnlyFrees() throws IOException {
        shard.append("acme", 1, 2);
        shard.append("glob", 1);
        shard.seal();
        shard.append("acme", 3);
        shard.seal();
        expire("acme", 4);
        remover.remove(List.of(shard), () -> true, false);
        assertThat(shard.removals()).containsExactly("freed 1");
    }

    @Test
    void eachShardIsTheFirstInItsTurn() throws IOException {
        MemoryRetained other = new MemoryRetained(1);
        for (int i = 0; i < 4; i++) {
            shard.append("acme", 1);
            shard.seal();
            other.append("acme", 1);
            other.seal();
        }
        store.change(state ->
                state.withRule("acme", new RetentionRule(60, 0)).raised(Map.of("acme", new long[] {4, 4})));
        for (int i = 0; i < 2; i++) {
            int before = shard.removals().size() + other.removals().size();
            remover.remove(
                    List.of(shard, other),
                    () -> shard.removals().size() + other.removals().size() == before,
                    true);
        }
        assertThat(shard.removals()).containsExactly("freed 0");
        assertThat(other.removals()).containsExactly("freed 0");
    }

    @Test
    void removesNothingThatCannotBeRecorded() throws IOException {
        shard.append("acme", 1);
        shard.seal();
        expire("acme", 1);
        events.refuseAll(Refusal.of(RefusalReason.DISK_FULL, "no room"));
        remove();
        assertThat(shard.removals()).isEmpty();
        assertThat(figures.now().failures()).isEqualTo(1);
        events.refuseAll(null);
        remove();
        assertThat(shard.removals()).containsExactly("freed 0");
    }

    @Test
    void whatIsSaidAgainAfterACrashIsTheSameEvent() throws IOException {
        shard.append("acme", 1);
        shard.seal();
        expire("acme", 1);
        RetainedShard dying = new DyingShard(shard);
        remover.remove(List.of(dying), () -> true, true);
        assertThat(shard.removals()).isEmpty();
        remover = newRemover();
        remove();
        assertThat(shard.removals()).containsExactly("freed 0");
        assertThat(events.stored()).hasSize(2);
        assertThat(events.stored().get(0)).isEqualTo(events.stored().get(1));
        assertThat(events.stored().get(0).id()).isNotNull();
    }

    @Test
    void twoRemovalsOfAsManyEventsAreToldAsTwo() throws IOException {
        shard.append("glob", 1);
        shard.append("acme", 1);
        shard.append("acme", 1);
        shard.append("glob", 1);
        shard.seal();
        remover = new SegmentRemover(store, new RetentionAudit(events.own()), figures, 1, () -> tickNs);
        expire("acme", 2);
        remove();
        tickNs += TimeUnit.HOURS.toNanos(1);
        remove();
        expire("acme", 3);
        remove();
        assertThat(shard.removals()).containsExactly("reduced 0", "reduced 0");
        assertThat(events.stored().stream().map(AuditEvent::id).distinct()).hasSize(2);
        JsonTree second =
                attributes(events.stored().get(1)).at("tenants").elements().get(0);
        assertThat(second.at("firstSequence").number(0)).isEqualTo(2);
        assertThat(second.at("lastSequence").number(0)).isEqualTo(2);
    }

    @Test
    void manyTenantsAreToldInSeveralEvents() throws IOException {
        for (int i = 0; i < 120; i++) {
            shard.append("tenant-" + i, 1);
        }
        shard.seal();
        expire("*", 120);
        remove();
        assertThat(events.stored()).hasSize(3);
        assertThat(events.stored().stream().map(AuditEvent::id).distinct()).hasSize(3);
        int told = 0;
        for (AuditEvent event : events.stored()) {
            told += attributes(event).at("tenants").elements().size();
            assertThat(attributes(event).at("parts").number(0)).isEqualTo(3);
        }
        assertThat(told).isEqualTo(120);
    }

    @Test
    void oneSegmentThatCannotBeRemovedFromKeepsNoOther() throws IOException {
        shard.append("acme", 1);
        shard.seal();
        shard.append("acme", 2);
        shard.seal();
        shard.makeUnreadable(0);
        expire("acme", 2);
        remove();
        assertThat(shard.removals()).containsExactly("freed 1");
        assertThat(figures.now().failures()).isEqualTo(1);
        remove();
        assertThat(figures.now().failures()).as("not tried again at once").isEqualTo(1);
    }
}
