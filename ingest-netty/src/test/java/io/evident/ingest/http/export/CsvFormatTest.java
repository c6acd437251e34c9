package io.evident.ingest.http.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.AuditEvent;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.ingest.ListedEvents;
import io.evident.ingest.TestEvents;
import io.evident.ingest.http.RawClient;
import io.evident.pipeline.query.StoredEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CsvFormatTest {
    private static final int AGENT = 7;
    private static final int LABELS = 14;

    private static String written(AuditEvent event) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExportFormat.CSV.write(out, new ListedEvents().store(event));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static AuditEvent withAgent(String agent) {
        return TestEvents.builder(1).actorAgent(agent).build();
    }

    /** Reads a line as RFC 4180 says, without looking at how it was written. */
    private static List<String> cells(String line) {
        assertThat(line).endsWith("\r\n");
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length() - 2; i++) {
            char c = line.charAt(i);
            if (c == '"') {
                if (quoted && line.charAt(i + 1) == '"') {
                    cell.append(c);
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                assertThat(quoted || (c != '\r' && c != '\n'))
                        .as("line end outside of quotes")
                        .isTrue();
                cell.append(c);
            }
        }
        assertThat(quoted).isFalse();
        cells.add(cell.toString());
        return cells;
    }

    @Test
    void namesItsColumns() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExportFormat.CSV.begin(out);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("id,time,receivedTime,tenant,stream,actor.id,actor.ip,actor.agent,action,category,"
                        + "resource.type,resource.id,outcome,severity,labels,attributes,receivedFrom,shard,incarnation,epoch,"
                        + "sequence,lane\r\n");
    }

    @Test
    void writesEveryFieldInItsColumn() throws IOException {
        AuditEvent event =
                AuditEvent.builder("acme", "user-17", "document.read")
                        .id(TestEvents.id(7))
                        .timeNs(1_500_000_000L)
                        .stream("wedding-4711")
                        .actorIp("203.0.113.9")
                        .actorAgent("curl/8")
                        .category("data-access")
                        .resource("document", "doc-9")
                        .outcome(Outcome.DENIED)
                        .severity(Severity.P1_HIGH)
                        .labels("pci", "with blank, comma")
                        .attributes("{\"a\":\r\n 1}")
                        .build();
        assertThat(written(event))
                .isEqualTo(
                        TestEvents.id(7) + ",1970-01-01T00:00:01.5Z,1970-01-01T00:00:00.000001Z,acme,wedding-4711,"
                                + "user-17,203.0.113.9,curl/8,document.read,data-access,document,doc-9,denied,P1_HIGH,"
                                + "\"[\"\"pci\"\",\"\"with blank, comma\"\"]\",\"{\"\"a\"\":   1}\",192.0.2.1,2,1,7,0,elevated\r\n");
    }

    @Test
    void leavesAnAbsentValueEmpty() throws IOException {
        assertThat(written(TestEvents.event(1)))
                .contains(",acme,,user-1,,,document.read,,document,doc-9,success,P3_LOW,,,192.0.2.1,");
    }

    @Test
    void leavesTheSequenceOfAnEventInTheEmergencyJournalEmpty() throws IOException {
        StoredEvent stored = new ListedEvents().store(TestEvents.event(1));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ExportFormat.CSV.write(out, StoredEvent.copyOf(stored.event(), 2, ListedEvents.BLOCK, -9));
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith(",2,1,7,,elevated\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "=1+1, '=1+1",
                "+1, '+1",
                "-1, '-1",
                "@SUM(A1), '@SUM(A1)",
                "'=1, ''=1",
                "'quoted', ''quoted'",
                "`a=1,b`, `\"a=1,b\"`",
                "`=HYPERLINK(\"x\",1)`, `\"'=HYPERLINK(\"\"x\"\",1)\"`",
                "1-1, 1-1",
                "mail@example, mail@example"
            })
    void guardsAgainstFormulas(String sent, String cell) throws IOException {
        assertThat(written(withAgent(sent))).contains("," + cell + ",document.read,");
    }

    @Test
    void guardsAgainstATabAndACarriageReturnInFront() throws IOException {
        assertThat(written(withAgent("\t=1"))).contains(",'\t=1,");
        assertThat(written(withAgent("\r=1"))).contains(",\"'\r=1\",");
        assertThat(written(withAgent("\n=1"))).contains(",\"\n=1\",");
    }

    private static IntStream seeds() {
        return IntStream.rangeClosed(1, 200);
    }

    /** Who reads the cells and takes one leading apostrophe away has what was sent. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void canBeReadBack(int seed) throws IOException {
        Random random = new Random(seed);
        String agent = nasty(random);
        List<String> labels = Stream.generate(() -> nasty(random))
                .limit(1 + random.nextInt(4))
                .toList();
        List<String> cells = cells(written(TestEvents.builder(1)
                .actorAgent(agent)
                .labels(labels.toArray(String[]::new))
                .build()));
        assertThat(cells).hasSize(22);
        String cell = cells.get(AGENT);
        assertThat(cell.startsWith("'") ? cell.substring(1) : cell).isEqualTo(agent);
        assertThat(RawClient.parse("{\"labels\":" + cells.get(LABELS) + "}").get("labels"))
                .isEqualTo(labels);
    }

    private static String nasty(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i >= 0; i--) {
            text.append("=+-@\t\r\n'\",; a\u00e9".charAt(random.nextInt(14)));
        }
        return text.toString();
    }
}
