package io.evident.server.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.EventEncoder;
import io.evident.event.EventStamp;
import io.evident.event.EventView;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.journal.Block;
import io.evident.sharding.ShardHistory;
import io.evident.sharding.ShardMapFile;
import io.evident.storage.DataDirectory;
import io.evident.storage.JournalSettings;
import io.evident.storage.OpenedShard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two runs of a server over two shards, and what their ledger says; the shard map is written beside them by hand. */
class LedgerComparisonTest {
    @TempDir
    Path data;

    private long ids;
    private OpenedShard first;
    private OpenedShard second;

    @BeforeEach
    void writeTheFirstRun() throws IOException {
        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults())) {
            openShards(directory);
            append(first, Lane.CRITICAL, "acme", 3);
            append(second, Lane.STANDARD, "acme", 2);
            append(second, Lane.STANDARD, "other", 4);
        }
    }

    private void openShards(DataDirectory directory) throws IOException {
        List<OpenedShard> shards = directory.openShards(2);
        first = shards.get(0);
        second = shards.get(1);
    }

    private void append(OpenedShard shard, Lane lane, String tenant, int count) throws IOException {
        Block block = new Block();
        block.begin(lane, 1, shard.journal().nextSequence());
        for (int i = 0; i < count; i++) {
            add(block, event(tenant, "document.read", "{}"));
        }
        shard.journal().append(block);
    }

    private void record(OpenedShard shard, String attributes) throws IOException {
        Block block = new Block();
        block.begin(Lane.STANDARD, 1, shard.journal().nextSequence());
        add(block, event("_system", "ledger.recorded", attributes));
        shard.journal().append(block);
    }

    private static void add(Block block, byte[] event) {
        EventView view = new EventView();
        assertThat(view.wrap(event, 0, event.length)).isNull();
        block.add(view);
    }

    private byte[] event(String tenant, String action, String attributes) {
        EventEncoder encoder = new EventEncoder();
        AuditEvent event = AuditEvent.builder(tenant, "user-17", action)
                .resource("document", "doc")
                .outcome(Outcome.SUCCESS)
                .severity(Severity.P3_LOW)
                .attributes(attributes)
                .build();
        event.encodeInto(encoder);
        byte[] supplied = new byte[encoder.encodedLength()];
        encoder.encode(supplied, 0);
        EventView view = new EventView();
        assertThat(view.wrap(supplied, 0, supplied.length)).isNull();
        byte[] from = "127.0.0.1".getBytes(StandardCharsets.US_ASCII);
        byte[] stamped = new byte[EventStamp.stampedLength(view, from)];
        EventStamp.copyStamped(view, 7, ++ids, ids, from, stamped, 0);
        return stamped;
    }

    private static String ledger(long acme, long other, long through) {
        return """
                {"incarnations":[2,2],
                 "counters":[
                  {"tenant":"acme","lane":"critical","received":%d,"stored":%d,"duplicate":0,"refused":{},"inFlight":0},
                  {"tenant":"other","lane":"standard","received":%d,"stored":%d,"duplicate":0,"refused":{"x":3},"inFlight":0},
                  {"tenant":"-","lane":"-","received":9,"stored":0,"duplicate":0,"refused":{"x":9},"inFlight":0}],
                 "through":[{"shard":0,"incarnation":2,"sequence":%d},{"shard":1,"incarnation":2,"sequence":%d}],
                 "more":"is passed over"}""".formatted(acme, acme, other + 3, other, through, 10);
    }

    /** The second run: five and one of acme, five of other; then a record, and more events that it does not count. */
    private CheckResult secondRun(String... records) throws Exception {
        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults())) {
            openShards(directory);
            append(first, Lane.CRITICAL, "acme", 5);
            append(second, Lane.STANDARD, "other", 5);
            append(first, Lane.CRITICAL, "acme", 1);
            for (String record : records) {
                record(second, record);
            }
            append(first, Lane.CRITICAL, "acme", 7);
            append(second, Lane.ELEVATED, "late", 7);
        }
        return new DataCheck(data, null, null, true).run(null, new CheckProgress(null));
    }

    /** Runs the second run as far as a record of which three events of acme are not there, then goes on. */
    private List<String> checkWithALoss(boolean anotherServerIsAtWork) throws Exception {
        String[] records = {ledger(6, 5, 8), ledger(9, 5, 11)};
        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults())) {
            openShards(directory);
            append(first, Lane.CRITICAL, "acme", 6);
            append(second, Lane.STANDARD, "other", 5);
            for (String record : records) {
                record(second, record);
            }
            if (!anotherServerIsAtWork) {
                return ledgerFindings(check());
            }
        }
        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults())) {
            openShards(directory);
            return ledgerFindings(check());
        }
    }

    private CheckResult check() throws Exception {
        return new DataCheck(data, null, null, true).run(null, new CheckProgress(null));
    }

    @Test
    void passesOverARecordOfTheRunAtWorkThatSpeaksOfWhatWasNotRead() throws Exception {
        assertThat(checkWithALoss(false)).isEmpty();
    }

    @Test
    void takesNoIncarnationThatAnOpeningWhichFailedLeftBehindForOneOfTheServerAtWork() throws Exception {
        ShardHistory three = ShardHistory.first(3);
        ShardMapFile.begin(data, three, three.withShards(2));
        Files.createDirectories(data.resolve("shard-02/segments/7-0"));

        assertThat(checkWithALoss(false)).isEmpty();
    }

    @Test
    void contract3_findsTheLossOfARunThatEndedBesideAnotherServerAtWork() throws Exception {
        assertThat(checkWithALoss(true))
                .singleElement()
                .asString()
                .contains("tenant acme, lane critical", "counts 9 stored events, the journal has 6");
    }

    @Test
    void findsNoLossInTheRecordsOfAServerThatStartsMeanwhile() throws Exception {
        DataCheck begunBefore = new DataCheck(data, null, null, true);
        CheckResult result;
        try (DataDirectory directory = DataDirectory.open(data, JournalSettings.defaults())) {
            openShards(directory);
            append(first, Lane.CRITICAL, "acme", 6);
            append(second, Lane.STANDARD, "other", 5);
            record(second, ledger(9, 5, 11));
            result = begunBefore.run(null, new CheckProgress(null));
        }

        assertThat(ledgerFindings(result)).isEmpty();
        assertThat(result.server()).isNotNull();
        assertThat(others(result)).noneMatch(Finding::isDamage);
        assertThat(others(result)).extracting(Finding::kind).containsExactly("ledger-incomplete");
        // And it is found when that server is gone.
        assertThat(ledgerFindings(check())).hasSize(1);
    }

    @Test
    void contract3_tellsOfEventsThatAreCountedTwice() throws Exception {
        String twice = ledger(6, 5, 8)
                .replaceFirst("\"received\":6", "\"received\":4")
                .replaceFirst("\"inFlight\":0", "\"inFlight\":-2");

        CheckResult result = secondRun(twice);

        assertThat(result.isWhole()).isFalse();
        assertThat(ledgerFindings(result))
                .singleElement()
                .asString()
                .contains("does not add up", "tenant acme, lane critical: -2 events in flight");
    }

    @Test
    void saysNothingOfEventsInFlightWhileTheRunGoesOn() throws Exception {
        String inFlight = ledger(6, 5, 8)
                .replaceFirst("\"received\":6", "\"received\":8")
                .replaceFirst("\"inFlight\":0", "\"inFlight\":2");

        assertThat(others(secondRun(inFlight))).isEmpty();
    }

    @Test
    void notesEventsInFlightInTheLastRecordOfARunThatEndedWell() throws Exception {
        String inFlight = ledger(6, 5, 8)
                .replaceFirst("\"received\":6", "\"received\":8")
                .replaceFirst("\"inFlight\":0", "\"inFlight\":2");

        CheckResult result = secondRun(inFlight.replaceFirst("\\{", "{\"reason\":\"stop\",\"run\":\"r\","));

        assertThat(others(result)).noneMatch(Finding::isDamage);
        assertThat(others(result))
                .singleElement()
                .satisfies(finding -> assertThat(finding.kind()).isEqualTo("ledger-in-flight"))
                .satisfies(finding -> assertThat(finding.detail()).contains("run r", "2 events in flight"));
    }

    @Test
    void aRecordThatIsNotWholeIsNoReasonToSuspectAnyone() throws Exception {
        CheckResult result = secondRun(part(7, 1, 2, through(0, 8) + "," + through(1, 10), ""));

        assertThat(others(result)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo("ledger-incomplete");
            assertThat(Advice.on(finding).action()).startsWith("Nothing");
            assertThat(Advice.on(finding).toString()).doesNotContain("tampering");
        });
    }

    /** All but the shard map, which is not there. */
    private static List<Finding> others(CheckResult result) {
        return result.findings().stream()
                .filter(finding -> !finding.kind().equals("shard-map"))
                .toList();
    }

    private static List<String> ledgerFindings(CheckResult result) {
        return result.findings().stream()
                .filter(finding ->
                        finding.kind().equals("ledger") || finding.kind().equals("content"))
                .map(Finding::detail)
                .toList();
    }

    @Test
    void contract3_findsWhatTheLedgerCountedAndCountsFromTheStartOfTheRunOnly() throws Exception {
        CheckResult result = secondRun(ledger(6, 5, 8));

        assertThat(ledgerFindings(result)).isEmpty();
        assertThat(result.ledgerRecords()).isEqualTo(1);
        assertThat(result.ledgerRuns()).isEqualTo(1);
        assertThat(result.storedMembers().toString())
                .contains("{tenant=acme, lane=critical, stored=16}")
                .contains("{tenant=acme, lane=standard, stored=2}")
                .contains("{tenant=other, lane=standard, stored=9}")
                .contains("{tenant=late, lane=elevated, stored=7}")
                .contains("{tenant=_system, lane=standard, stored=1}");
    }

    @Test
    void countsUpToTheMiddleOfABlock() throws Exception {
        assertThat(ledgerFindings(secondRun(ledger(5, 5, 7)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 7, 0, 1_000_000})
    void contract3_tellsTheTenantAndLaneThatDiffer(long counted) throws Exception {
        assertThat(ledgerFindings(secondRun(ledger(counted, 5, 8))))
                .singleElement()
                .asString()
                .contains("tenant acme, lane critical", "counts " + counted + " stored", "has 6");
    }

    @Test
    void comparesTheLastRecordOfARunOnly() throws Exception {
        CheckResult result = secondRun(ledger(1, 1, 8), ledger(6, 5, 8));

        assertThat(ledgerFindings(result)).isEmpty();
        assertThat(result.ledgerRecords()).isEqualTo(2);
        assertThat(result.ledgerRuns()).isEqualTo(1);
    }

    @Test
    void missesATenantThatTheLedgerDoesNotKnow() throws Exception {
        String withoutOther = ledger(6, 5, 8).replace("\"other\"", "\"another\"");

        assertThat(ledgerFindings(secondRun(withoutOther)))
                .hasSize(2)
                .anyMatch(finding -> finding.contains("tenant other") && finding.contains("counts 0"))
                .anyMatch(finding -> finding.contains("tenant another") && finding.contains("has 0"));
    }

    private static String part(long record, int part, int parts, String through, String counters) {
        return "{\"run\":\"r\",\"record\":" + record + ",\"part\":" + part + ",\"parts\":" + parts
                + ",\"incarnations\":[2,2],\"through\":[" + through + "],\"counters\":[" + counters + "]}";
    }

    private static String through(int shard, long sequence) {
        return "{\"shard\":" + shard + ",\"incarnation\":2,\"from\":3,\"sequence\":" + sequence + "}";
    }

    private static String counter(String tenant, String lane, long stored) {
        return "{\"tenant\":\"" + tenant + "\",\"lane\":\"" + lane + "\",\"received\":" + stored + ",\"stored\":"
                + stored + ",\"duplicate\":0,\"refused\":{},\"inFlight\":0}";
    }

    @Test
    void putsTheRecordsTogetherFromTheirParts() throws Exception {
        CheckResult result = secondRun(
                part(7, 2, 3, through(1, 10), counter("other", "standard", 5)),
                part(7, 1, 3, through(0, 8), ""),
                part(7, 3, 3, "", counter("acme", "critical", 6)),
                part(7, 2, 3, through(1, 10), counter("other", "standard", 5)));

        assertThat(ledgerFindings(result)).isEmpty();
        assertThat(result.ledgerRecords()).isEqualTo(4);
        assertThat(result.ledgerRuns()).isEqualTo(1);
    }

    @Test
    void takesTheRecordBeforeOneOfWhichAPartIsMissing() throws Exception {
        String wrong = counter("acme", "critical", 1);
        CheckResult result = secondRun(
                part(6, 1, 1, through(0, 8) + "," + through(1, 10), counter("acme", "critical", 5)),
                part(7, 1, 2, through(0, 8) + "," + through(1, 10), wrong));

        assertThat(ledgerFindings(result))
                .hasSize(2)
                .anyMatch(finding -> finding.contains("counts 5 stored events, the journal has 6"))
                .anyMatch(finding -> finding.contains("tenant other"));
    }

    @Test
    void saysSoWhenNoRecordOfARunIsWhole() throws Exception {
        CheckResult result = secondRun(part(7, 1, 2, through(0, 8) + "," + through(1, 10), ""));

        assertThat(others(result))
                .singleElement()
                .asString()
                .contains("ledger-incomplete", "run r", "could be compared");
        assertThat(others(result)).noneMatch(Finding::isDamage);
        assertThat(result.ledgerRuns()).isZero();
        assertThat(result.ledgerDifferences()).isEmpty();
    }

    @Test
    void countsTogetherTheTenantsThatAreTooManyToBeNamed() throws Exception {
        assertThat(ledgerFindings(secondRun(part(
                        1,
                        1,
                        1,
                        through(0, 8) + "," + through(1, 10),
                        counter("acme", "critical", 6) + "," + counter("-", "standard", 5)))))
                .isEmpty();
    }

    @Test
    void tellsWhenThoseThatAreCountedTogetherDiffer() throws Exception {
        assertThat(ledgerFindings(secondRun(part(
                        1,
                        1,
                        1,
                        through(0, 8) + "," + through(1, 10),
                        counter("acme", "critical", 6) + "," + counter("-", "standard", 4)))))
                .singleElement()
                .asString()
                .contains("tenant -, lane standard", "counts 4 stored events, the journal has 5");
    }

    @Test
    void contract3_tellsOfCountsThatDoNotAddUp() throws Exception {
        String record = part(
                1,
                1,
                1,
                through(0, 8) + "," + through(1, 10),
                counter("acme", "critical", 6).replace("\"received\":6", "\"received\":7") + ","
                        + counter("other", "standard", 5)
                                .replace("\"received\":5", "\"received\":9,\"emergency\":6,\"leftOver\":2"));

        assertThat(ledgerFindings(secondRun(record)))
                .singleElement()
                .asString()
                .contains("does not add up", "tenant acme, lane critical: 7 events received, 6 explained");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"incarnations\":[2,2]}",
                "{\"incarnations\":[2],\"through\":[{\"shard\":0}]}",
                "{\"incarnations\":[2],\"through\":[{\"shard\":0,\"incarnation\":2,\"sequence\":1}],\"counters\":[{}]}"
            })
    void tellsOfARecordThatCannotBeRead(String attributes) throws Exception {
        assertThat(ledgerFindings(secondRun(attributes)))
                .singleElement()
                .asString()
                .contains("shard 1, incarnation 2, sequence 11", "cannot be read");
    }
}
