package io.evident.client.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.client.read.answer.BadAnswerException;
import io.evident.client.read.answer.NoAnswerException;
import io.evident.client.read.answer.ProblemException;
import io.evident.client.read.answer.SampleEvents;
import io.evident.client.read.answer.StoredEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExportTest {
    private static final String NDJSON = "application/x-ndjson";
    private static final int EVENTS = 2;

    private static List<StoredEvent> expected(int count) {
        return IntStream.range(0, count).mapToObj(SampleEvents::event).toList();
    }

    private static String lines(int from, int to) {
        StringBuilder lines = new StringBuilder();
        for (int i = from; i < to; i++) {
            lines.append(SampleEvents.json(i)).append('\n');
        }
        return lines.toString();
    }

    /** Where to go on for a request. */
    private static int start(RawHttpServer.Request request) {
        String after = request.parameter("after");
        return after == null ? 0 : (int) (UUID.fromString(after).getLeastSignificantBits() & 0xFFFF) + 1;
    }

    /** A body in chunks that end where no line does. */
    private static byte[] chunked(String body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; from += 100) {
            out.writeBytes(RawHttpServer.chunkOf(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 100))));
        }
        out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static String text(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void writesWhatComesAndAsksForIt() throws Exception {
        ReadQuery query = ReadQuery.builder()
                .where(ReadField.ACTION, "a")
                .order(ReadQuery.Order.ASC)
                .pageSize(5)
                .build();
        for (int count : new int[] {0, 1, EVENTS}) {
            try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                        assertThat(request.path()).isEqualTo("/v1/export");
                        assertThat(Parameters.of(request.target())).hasToString("{action=a, order=asc, format=ndjson}");
                        answer.beginChunks(NDJSON);
                        answer.raw(chunked(lines(0, count)));
                    });
                    AuditReader reader = server.reader().build()) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                ExportSummary summary = reader.export(query, ExportFormat.NDJSON, out);
                assertThat(text(out)).isEqualTo(lines(0, count));
                assertThat(summary)
                        .isEqualTo(new ExportSummary(count, count == 0 ? null : SampleEvents.id(count - 1), 0));
                List<StoredEvent> events = new ArrayList<>();
                assertThat(reader.export(query, events::add)).isEqualTo(summary);
                assertThat(events).isEqualTo(expected(count));
            }
        }
    }

    @Test
    void losesAndRepeatsNothingWhereverItIsCut() throws Exception {
        int length = chunked(lines(0, EVENTS)).length;
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    byte[] body = chunked(lines(start(request), EVENTS));
                    boolean first = request.parameter("after") == null && request.parameter("stream") == null;
                    answer.beginChunks(NDJSON);
                    int cut = Integer.parseInt(request.parameter("actor"));
                    answer.raw(Arrays.copyOf(body, first ? Math.min(cut, body.length) : body.length));
                });
                AuditReader reader = server.reader().exportAttempts(2).build()) {
            int firstEvent = 0;
            // A stride that is no part of a line or chunk: in each of them it cuts somewhere else.
            for (int cut = 0; cut <= length; cut += Math.max(1, Math.min(7, length - cut))) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                ReadQuery query =
                        ReadQuery.builder().where(ReadField.ACTOR, "" + cut).build();
                ExportSummary summary;
                try {
                    summary = reader.export(query, ExportFormat.NDJSON, out);
                } catch (ExportStoppedException vain) {
                    // Cut before the first event each time: that many attempts, and not one byte.
                    assertThat(firstEvent).as("cut at %d", cut).isZero();
                    assertThat(vain.summary()).isEqualTo(new ExportSummary(0, null, 1));
                    assertThat(out.size()).isZero();
                    continue;
                }
                firstEvent = firstEvent == 0 ? cut : firstEvent;
                assertThat(text(out)).as("cut at %d", cut).isEqualTo(lines(0, EVENTS));
                assertThat(summary)
                        .as("cut at %d", cut)
                        .isEqualTo(new ExportSummary(EVENTS, SampleEvents.id(EVENTS - 1), cut < length ? 1 : 0));
            }
            assertThat(firstEvent)
                    .isBetween(
                            SampleEvents.json(0).length(), SampleEvents.json(0).length() + 30);
        }
    }

    @Test
    void takesABodyThatIsShorterThanItsLengthForCut() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    String body = lines(start(request), 2);
                    boolean first = request.parameter("after") == null;
                    answer.raw("HTTP/1.1 200 OK\r\nContent-Type: " + NDJSON + "\r\nContent-Length: " + body.length()
                            + "\r\nConnection: close\r\n\r\n" + (first ? lines(0, 1) : body));
                });
                AuditReader reader = server.reader().build()) {
            List<StoredEvent> events = new ArrayList<>();
            assertThat(reader.export(ReadQuery.all(), events::add).resumptions())
                    .isOne();
            assertThat(events).isEqualTo(expected(2));
        }
    }

    @Test
    void takesAnEndWithinALineForCut() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    boolean first = request.parameter("after") == null;
                    answer.beginChunks(NDJSON);
                    answer.raw(chunked(first ? lines(0, 1) + SampleEvents.json(1) : lines(start(request), 2)));
                });
                AuditReader reader = server.reader().build()) {
            List<StoredEvent> events = new ArrayList<>();
            assertThat(reader.export(ReadQuery.all(), events::add).resumptions())
                    .isOne();
            assertThat(events).isEqualTo(expected(2));
        }
    }

    @Test
    void trustsNoAnswerWhoseEndCannotBeKnown() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> answer.raw(
                        "HTTP/1.1 200 OK\r\nContent-Type: " + NDJSON + "\r\nConnection: close\r\n\r\n" + lines(0, 1)));
                AuditReader reader = server.reader().build()) {
            assertThatThrownBy(() -> reader.export(ReadQuery.all(), event -> {}))
                    .isInstanceOf(ExportStoppedException.class)
                    .hasCauseInstanceOf(BadAnswerException.class);
        }
    }

    @Test
    void goesOnAsLongAsEachAttemptBringsSomething() throws Exception {
        int count = 20;
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    int from = start(request);
                    answer.beginChunks(NDJSON);
                    if (from == count) {
                        answer.lastChunk();
                    } else {
                        answer.chunk(lines(from, from + 1));
                    }
                });
                AuditReader reader = server.reader().exportAttempts(1).build()) {
            List<StoredEvent> events = new ArrayList<>();
            assertThat(reader.export(ReadQuery.all(), events::add))
                    .isEqualTo(new ExportSummary(count, SampleEvents.id(count - 1), count));
            assertThat(events).isEqualTo(expected(count));
        }
    }

    @Test
    void givesUpAfterAttemptsWithoutProgress() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    answer.beginChunks(NDJSON);
                    if (request.number() == 0) {
                        answer.chunk(lines(0, 2));
                    }
                });
                AuditReader reader = server.reader().exportAttempts(4).build()) {
            List<StoredEvent> events = new ArrayList<>();
            assertThatThrownBy(() -> reader.export(ReadQuery.all(), events::add))
                    .isInstanceOfSatisfying(ExportStoppedException.class, stopped -> {
                        assertThat(stopped.summary().events()).isEqualTo(2);
                        assertThat(stopped.summary().lastId()).isEqualTo(SampleEvents.id(1));
                        assertThat(stopped).hasCauseInstanceOf(NoAnswerException.class);
                    });
            assertThat(events).isEqualTo(expected(2));
            assertThat(server.requests()).hasSize(1 + 4);
        }
    }

    @Test
    void goesOnWhenTheServerFallsSilent() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    answer.beginChunks(NDJSON);
                    if (request.number() == 0) {
                        answer.chunk(lines(0, 1) + "{");
                        answer.hang();
                    }
                    answer.raw(chunked(lines(start(request), 2)));
                });
                AuditReader reader =
                        server.reader().answerTimeout(Duration.ofMillis(300)).build()) {
            List<StoredEvent> events = new ArrayList<>();
            assertThat(reader.export(ReadQuery.all(), events::add).resumptions())
                    .isOne();
            assertThat(events).isEqualTo(expected(2));
        }
    }

    @Test
    void waitsForAServerThatIsBusyAndStopsAtOneThatRefuses() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    if (request.number() == 0) {
                        answer.whole(503, "text/plain", "", "Retry-After: 0");
                    } else if (request.number() == 1) {
                        answer.beginChunks(NDJSON);
                        answer.chunk(lines(0, 1));
                    } else {
                        answer.whole(403, "text/plain", "");
                    }
                });
                AuditReader reader = server.reader().build()) {
            assertThatThrownBy(() -> reader.export(ReadQuery.all(), event -> {}))
                    .isInstanceOfSatisfying(
                            ExportStoppedException.class,
                            stopped -> assertThat(stopped.summary())
                                    .isEqualTo(new ExportSummary(1, SampleEvents.id(0), 2)))
                    .hasCauseInstanceOf(ProblemException.class);
            assertThat(server.requests()).hasSize(3);
        }
    }

    @Test
    void stopsAtWhatIsNoEventAndAtALineWithoutEnd() throws Exception {
        for (String line : List.of("{}", "", "<html>", "{\"unreadable\":[]}", "x".repeat(HttpCalls.MAX_EVENT_BYTES))) {
            try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                        answer.beginChunks(NDJSON);
                        answer.raw(chunked(lines(0, 1) + line + "\n"));
                    });
                    AuditReader reader = server.reader().build()) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                assertThatThrownBy(() -> reader.export(ReadQuery.all(), ExportFormat.NDJSON, out))
                        .isInstanceOf(ExportStoppedException.class)
                        .hasCauseInstanceOf(BadAnswerException.class);
                assertThat(text(out)).isEqualTo(lines(0, 1));
            }
        }
    }

    @Test
    void throwsWhatTheReceivingEndThrows() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    answer.beginChunks(NDJSON);
                    answer.raw(chunked(lines(0, 2)));
                });
                AuditReader reader = server.reader().build()) {
            NoAnswerException own = new NoAnswerException("of the consumer's own", null);
            assertThatThrownBy(() -> reader.export(ReadQuery.all(), event -> {
                        throw own;
                    }))
                    .isSameAs(own);
            OutputStream full = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    throw new IOException("no room");
                }
            };
            assertThatThrownBy(() -> reader.export(ReadQuery.all(), ExportFormat.NDJSON, full))
                    .isExactlyInstanceOf(IOException.class)
                    .hasMessage("no room");
            assertThat(server.requests()).hasSize(2);
        }
    }

    private static final String HEADER = "id,tenant,attributes\r\n";

    /** With the header, unless they go on behind an event. */
    private static String rows(int from, int to) {
        StringBuilder rows = new StringBuilder(from == 0 ? HEADER : "");
        for (int i = from; i < to; i++) {
            rows.append(SampleEvents.id(i))
                    .append(",\"t,\n\",\"{\"\"a\"\":\n")
                    .append(i)
                    .append("}\"\r\n");
        }
        return rows.toString();
    }

    @Test
    void writesCsvWithOneHeaderWhereverItIsCut() throws Exception {
        int length = chunked(rows(0, EVENTS)).length;
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    assertThat(request.parameter("format")).isEqualTo("csv");
                    byte[] body = chunked(rows(start(request), EVENTS));
                    int cut = Integer.parseInt(request.parameter("actor"));
                    answer.beginChunks("text/csv;charset=utf-8;header=maybe");
                    boolean first = request.parameter("after") == null;
                    answer.raw(Arrays.copyOf(body, first ? Math.min(cut, body.length) : body.length));
                });
                AuditReader reader = server.reader().build()) {
            for (int cut = 120; cut <= length; cut += Math.max(1, Math.min(7, length - cut))) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                ReadQuery query =
                        ReadQuery.builder().where(ReadField.ACTOR, "" + cut).build();
                ExportSummary summary = reader.export(query, ExportFormat.CSV, out);
                assertThat(text(out)).as("cut at %d", cut).isEqualTo(rows(0, EVENTS));
                assertThat(summary.resumptions()).as("cut at %d", cut).isEqualTo(cut < length ? 1 : 0);
            }
        }
    }

    @Test
    void addsToCsvThatIsThereWithoutAnotherHeader() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    answer.beginChunks("text/csv");
                    answer.raw(chunked(rows(start(request), EVENTS)));
                });
                AuditReader reader = server.reader().build()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ExportSummary summary = reader.export(ReadQuery.all(), ExportFormat.CSV, SampleEvents.id(0), out);
            assertThat(text(out)).isEqualTo(rows(1, EVENTS));
            assertThat(summary.events()).isEqualTo(EVENTS - 1);
        }
    }

    @Test
    void leavesOutAHeaderThatComesAgain() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    answer.beginChunks("text/csv");
                    int from = start(request);
                    answer.chunk((from == 0 ? "" : HEADER) + rows(from, from + 1));
                    if (from == 1) {
                        answer.lastChunk();
                    }
                });
                AuditReader reader = server.reader().build()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThat(reader.export(ReadQuery.all(), ExportFormat.CSV, out).events())
                    .isEqualTo(2);
            assertThat(text(out)).isEqualTo(rows(0, 2));
        }
    }

    @Test
    void mixesNoRowsOfDifferentColumns() throws Exception {
        String id = SampleEvents.id(1).toString();
        for (String other : List.of("id,tenant\r\n", id + ",t\r\n", id + ",t,{},more\r\n")) {
            try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                        answer.beginChunks("text/csv");
                        answer.chunk(request.number() == 0 ? rows(0, 1) : other);
                    });
                    AuditReader reader = server.reader().build()) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                assertThatThrownBy(() -> reader.export(ReadQuery.all(), ExportFormat.CSV, out))
                        .isInstanceOf(ExportStoppedException.class)
                        .hasCauseInstanceOf(BadAnswerException.class);
                assertThat(text(out)).isEqualTo(rows(0, 1));
            }
        }
    }

    @Test
    void takesNoRowsThatBeginWithoutAHeader() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    answer.beginChunks("text/csv");
                    answer.raw(chunked(rows(1, 2)));
                });
                AuditReader reader = server.reader().build()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            assertThatThrownBy(() -> reader.export(ReadQuery.all(), ExportFormat.CSV, out))
                    .isInstanceOf(ExportStoppedException.class)
                    .hasCauseInstanceOf(BadAnswerException.class);
            assertThat(out.size()).isZero();
        }
    }
}
