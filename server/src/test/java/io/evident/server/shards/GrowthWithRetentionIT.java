package io.evident.server.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.evident.event.AuditEvent;
import io.evident.event.EventField;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.event.Tier;
import io.evident.pipeline.admission.TenantScope;
import io.evident.pipeline.control.ResizeAnswer;
import io.evident.pipeline.control.RetentionAnswer;
import io.evident.pipeline.control.ShardControl;
import io.evident.pipeline.filter.EventFilter;
import io.evident.pipeline.filter.FieldCondition;
import io.evident.pipeline.filter.FilterField;
import io.evident.pipeline.query.StoredEvent;
import io.evident.pipeline.query.SummaryAnswer;
import io.evident.pipeline.query.SummaryQuery;
import io.evident.pipeline.query.TimeRange;
import io.evident.pipeline.retention.RetentionRule;
import io.evident.pipeline.writer.ShardContext;
import io.evident.server.command.EvidentCommand;
import io.evident.server.shards.KeptEvents.Sent;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shards come, go and are sealed while rules of retention move the horizon: whatever happens in whatever order, what is
 * found is what a list of all events says. Each event is received minutes after the one before, as it is said, so that an
 * age falls between two of them however long the test takes.
 */
class GrowthWithRetentionIT {
    private static final List<String> TENANTS = List.of("aged", "other", "sized");
    private static final int STREAMS = 6;
    private static final int STEPS = 24;
    private static final int MOST_SHARDS = 5;
    private static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);
    private static final long LEAST_GAP_MINUTES = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final KeptEvents oracle = new KeptEvents();
    private final Map<Long, Integer> bytes = new HashMap<>();
    private Random random;
    private String story = "";
    private final AtomicLong receivedNs = new AtomicLong(GrowingServer.wallNs() - TimeUnit.DAYS.toNanos(100));
    private GrowingServer server;

    private void start() throws IOException {
        server = GrowingServer.retaining(folder.resolve("data"), 2, receivedNs::get);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void contract8_whatIsFoundIsWhatIsKeptWhateverGrowsShrinksExpiresAndRestarts(long seed) throws Exception {
        random = new Random(seed);
        story = "seed " + seed + ":";
        start();
        try {
            send(20);
            for (int step = 0; step < STEPS; step++) {
                oneOf(random.nextInt(100));
                requireKept();
            }
            server.close();
            start();
            requireKept();
        } finally {
            server.close();
        }
        requireClean();
    }

    private void oneOf(int chance) throws Exception {
        if (chance < 35) {
            send(4 + random.nextInt(12));
        } else if (chance < 52) {
            int shards = 1 + random.nextInt(MOST_SHARDS);
            story += " resize " + shards;
            assertThat(server.resize(shards)).as(story).isInstanceOf(ResizeAnswer.Done.class);
            send(3);
        } else if (chance < 68) {
            setAge(random.nextBoolean() ? KeptEvents.OTHERS : TENANTS.get(random.nextInt(2)));
        } else if (chance < 76) {
            setSize("sized");
        } else if (chance < 80) {
            unset(TENANTS.get(random.nextInt(2)));
        } else if (chance < 87) {
            holdOrRelease(TENANTS.get(random.nextInt(TENANTS.size())));
        } else {
            story += " restart";
            server.close();
            start();
        }
    }

    private void send(int events) throws InterruptedException {
        story += " send " + events;
        for (int i = 0; i < events; i++) {
            receivedNs.addAndGet(MINUTE_NS * (LEAST_GAP_MINUTES + random.nextInt(60)));
            long number = oracle.all().size() + 1L;
            String tenant = TENANTS.get(random.nextInt(TENANTS.size()));
            String stream = "s" + random.nextInt(STREAMS);
            SentEvents.Answer answer = server.send(event(number, tenant, stream), Tier.SYNCED);
            assertThat(answer.refusal()).as(story).isNull();
            assertThat(answer.duplicate()).as(story).isFalse();
            oracle.add(new Sent(
                    number, tenant, stream, receivedNs.get(), answer.shard(), answer.incarnation(), answer.sequence()));
        }
    }

    private static AuditEvent event(long number, String tenant, String stream) {
        return AuditEvent.builder(tenant, "user-" + number % 7, "document.read").stream(stream)
                .id(id(number))
                .timeNs(1_700_000_000_000_000_000L + number)
                .resource("document", "doc-" + number)
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P4_INFO)
                .build();
    }

    private static UUID id(long number) {
        return new UUID(0x0193_0000_0000_7000L, 0x8000_0000_0000_0000L | number);
    }

    private void setAge(String name) throws Exception {
        int last = random.nextInt(oracle.all().size());
        // Between two events, far from both.
        long cutoffNs = oracle.all().get(last).receivedNs() + LEAST_GAP_MINUTES / 2 * MINUTE_NS;
        long keepForSeconds = TimeUnit.NANOSECONDS.toSeconds(GrowingServer.wallNs() - cutoffNs);
        story += " age of " + name + " through " + (last + 1);
        ask(answer -> server.retention.control().setRule(name, new RetentionRule(keepForSeconds, 0), caller(), answer));
        oracle.ruleByAge(name, cutoffNs);
    }

    private void setSize(String tenant) throws Exception {
        long all = oracle.of(tenant).stream()
                .mapToLong(event -> bytes.getOrDefault(event.number(), 0))
                .sum();
        long keep = 1 + random.nextLong(Math.max(1, all));
        story += " size of " + tenant + " " + keep + " of " + all;
        ask(answer -> server.retention.control().setRule(tenant, new RetentionRule(0, keep), caller(), answer));
        oracle.ruleBySize(tenant, keep);
    }

    private void unset(String tenant) throws Exception {
        story += " unset " + tenant;
        CompletableFuture<RetentionAnswer> answer = new CompletableFuture<>();
        server.retention.control().removeRule(tenant, caller(), answer::complete);
        // Refused when there is none.
        answer.get(60, TimeUnit.SECONDS);
        oracle.unset(tenant);
    }

    private void holdOrRelease(String tenant) throws Exception {
        if (oracle.isHeld(tenant)) {
            story += " release " + tenant;
            ask(answer -> server.retention.control().release(tenant, caller(), answer));
            oracle.release(tenant);
        } else {
            story += " hold " + tenant;
            ask(answer -> server.retention.control().hold(tenant, "case 17", caller(), answer));
            oracle.hold(tenant);
        }
    }

    private void ask(Consumer<Consumer<RetentionAnswer>> question) throws Exception {
        CompletableFuture<RetentionAnswer> answer = new CompletableFuture<>();
        question.accept(answer::complete);
        assertThat(answer.get(60, TimeUnit.SECONDS)).as(story).isInstanceOf(RetentionAnswer.Done.class);
    }

    private static ShardControl.Caller caller() {
        return new ShardControl.Caller("anonymous", "192.0.2.1");
    }

    private void requireKept() throws IOException {
        for (String tenant : TENANTS) {
            if (oracle.keepBytes(tenant) >= 0) {
                await().alias(story)
                        .atMost(PATIENCE)
                        .until(() -> sealedBytes(tenant, found(tenant)) <= oracle.keepBytes(tenant));
                takeHiddenBySize(tenant);
            }
            await().alias(story + " " + tenant)
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(found(tenant)).isEqualTo(oracle.kept(tenant)));
            requireTheSameInOtherAnswers(tenant);
        }
    }

    /** What is found of a tenant, each once and where its receipt said. */
    private Set<Long> found(String tenant) throws IOException {
        Map<Long, Sent> known = new HashMap<>();
        oracle.of(tenant).forEach(event -> known.put(event.number(), event));
        Set<Long> found = new HashSet<>();
        for (StoredEvent stored : server.query(EventFilter.all(TenantScope.only(tenant)))) {
            long number = number(stored);
            assertThat(found.add(number)).as("%s: %d once", story, number).isTrue();
            Sent event = known.get(number);
            assertThat(event).as("%s: %d is of %s", story, number, tenant).isNotNull();
            assertThat(stored.shard()).as(story).isEqualTo(event.shard());
            assertThat(stored.incarnation()).as(story).isEqualTo(event.incarnation());
            assertThat(stored.sequence()).as(story).isEqualTo(event.sequence());
            bytes.put(number, stored.event().length() + Integer.BYTES);
        }
        return found;
    }

    private static long number(StoredEvent stored) {
        return Long.parseLong(stored.event().text(EventField.RESOURCE_ID).substring("doc-".length()));
    }

    private boolean isSealed(Sent event) {
        ShardContext shard = server.pipeline.shards().get(event.shard());
        return shard.isSealed() || event.incarnation() != shard.incarnation();
    }

    /** Of what is given, what is in sealed segments, in bytes. */
    private long sealedBytes(String tenant, Set<Long> numbers) {
        return oracle.of(tenant).stream()
                .filter(event -> numbers.contains(event.number()) && isSealed(event))
                .mapToLong(event -> bytes.get(event.number()))
                .sum();
    }

    /** Whole segments that are sealed, from the oldest of a shard on, and only when they are too much. */
    private void takeHiddenBySize(String tenant) throws IOException {
        Set<Long> found = found(tenant);
        Set<Long> before = oracle.kept(tenant);
        assertThat(before).as(story).containsAll(found);
        Set<Long> hidden = new HashSet<>(before);
        hidden.removeAll(found);
        if (!hidden.isEmpty()) {
            assertThat(sealedBytes(tenant, before)).as(story).isGreaterThan(oracle.keepBytes(tenant));
        }
        for (Sent event : oracle.of(tenant)) {
            if (hidden.contains(event.number())) {
                assertThat(isSealed(event)).as("%s: %s", story, event).isTrue();
                oracle.of(tenant).stream()
                        .filter(other -> other.shard() == event.shard() && other.incarnation() <= event.incarnation())
                        .forEach(other -> assertThat(found)
                                .as("%s: with %s", story, event)
                                .doesNotContain(other.number()));
                oracle.hidden(event);
            }
        }
    }

    private void requireTheSameInOtherAnswers(String tenant) throws IOException {
        Set<Long> kept = oracle.kept(tenant);
        SummaryAnswer count = server.queries.summarize(new SummaryQuery(
                EventFilter.all(TenantScope.only(tenant)), TimeRange.ALWAYS, new SummaryQuery.Total()));
        assertThat(((SummaryAnswer.Summary) count).count())
                .as(story + " " + tenant)
                .isEqualTo(kept.size());
        String stream = "s" + random.nextInt(STREAMS);
        Set<Long> expected = new HashSet<>();
        Set<Long> found = new HashSet<>();
        for (Sent event : oracle.of(tenant)) {
            if (event.stream().equals(stream) && kept.contains(event.number())) {
                expected.add(event.number());
            }
        }
        server.query(new EventFilter(
                        TenantScope.only(tenant), List.of(FieldCondition.is(FilterField.STREAM, stream)), null))
                .forEach(event -> found.add(number(event)));
        assertThat(found).as("%s %s of %s", story, stream, tenant).isEqualTo(expected);
        for (int i = 0; i < 3 && !oracle.of(tenant).isEmpty(); i++) {
            Sent event = oracle.of(tenant).get(random.nextInt(oracle.of(tenant).size()));
            assertThat(server.queries.find(id(event.number()), TenantScope.only(tenant)))
                    .as("%s: %s", story, event)
                    .hasSize(kept.contains(event.number()) ? 1 : 0);
        }
    }

    private void requireClean() {
        StringWriter out = new StringWriter();
        int exitCode = EvidentCommand.commandLine(config -> {
                    throw new IOException("this command starts no server");
                })
                .setOut(new PrintWriter(out))
                .execute("verify", "--data", folder.resolve("data").toString());
        assertThat(exitCode).as(story + out).isZero();
    }
}
