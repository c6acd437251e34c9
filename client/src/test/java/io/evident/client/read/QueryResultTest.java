package io.evident.client.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evident.client.read.answer.BadAnswerException;
import io.evident.client.read.answer.IncompleteAnswerException;
import io.evident.client.read.answer.ProblemException;
import io.evident.client.read.answer.SampleEvents;
import io.evident.client.read.answer.StoredEvent;
import io.evident.client.read.answer.UnreadablePart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryResultTest {
    private static final int PAGE = 3;
    private static final String UNREADABLE =
            "\"unreadable\":[{\"shard\":1,\"fromSequence\":5,\"toSequence\":9,\"reason\":\"gone\"}]";

    private static String events(int from, int to) {
        return IntStream.range(from, to).mapToObj(SampleEvents::json).collect(Collectors.joining(","));
    }

    private static List<StoredEvent> expected(int count) {
        return IntStream.range(0, count).mapToObj(SampleEvents::event).toList();
    }

    /**
     * A server of so many events.
     *
     * @param promises whether a page that is full has a cursor although it is the last
     */
    private static RawHttpServer serverOf(int count, boolean promises) throws IOException {
        return new RawHttpServer((request, answer) -> {
            assertThat(request.path()).isEqualTo("/v1/events");
            assertThat(request.parameter("actor")).isEqualTo("u\\,\\*");
            int limit = Integer.parseInt(request.parameter("limit"));
            String cursor = request.parameter("cursor");
            int from = cursor == null ? 0 : Integer.parseInt(cursor.substring("at +/".length()));
            int to = Math.min(count, from + limit);
            boolean more = to < count || (promises && to - from == limit);
            String next = more ? "\"at +/" + to + "\"" : "null";
            answer.json("{\"events\":[" + events(from, to) + "],\"cursor\":" + next + ",\"cache\":\"miss\"}");
        });
    }

    private static ReadQuery.Builder query() {
        return ReadQuery.builder().where(ReadField.ACTOR, "u,*").pageSize(PAGE);
    }

    @ParameterizedTest
    @CsvSource({"0,false,1", "1,false,1", "2,true,1", "3,false,1", "3,true,2", "4,false,2", "6,false,2", "6,true,3"})
    void givesEveryEventOnceWhateverThePagesAre(int count, boolean promises, int requests) throws Exception {
        try (RawHttpServer server = serverOf(count, promises);
                AuditReader reader = server.reader().build()) {
            List<StoredEvent> read = new ArrayList<>();
            QueryResult result = reader.query(query().build());
            result.forEachRemaining(read::add);
            assertThat(read).isEqualTo(expected(count));
            assertThat(server.requests()).hasSize(requests);
            assertThat(result.hasNext()).isFalse();
            assertThatThrownBy(result::next).isInstanceOf(NoSuchElementException.class);
            assertThat(reader.query(query().build()).stream()).isEqualTo(expected(count));
        }
    }

    @Test
    void fetchesAPageOnlyWhenItIsNeeded() throws Exception {
        try (RawHttpServer server = serverOf(10, false);
                AuditReader reader = server.reader().build()) {
            QueryResult result = reader.query(query().build());
            assertThat(server.requests()).isEmpty();
            for (int i = 0; i < PAGE; i++) {
                result.next();
            }
            assertThat(server.requests()).hasSize(1);
            result.next();
            assertThat(server.requests()).hasSize(2);
            assertThat(result.stream().limit(2)).hasSize(2);
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void passesOverEmptyPagesThatAreNotTheLast() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    boolean last = request.number() == 3;
                    answer.json("{\"events\":[" + (last ? SampleEvents.json(0) : "") + "],\"cursor\":"
                            + (last ? "null" : "\"c" + request.number() + "\"") + "}");
                });
                AuditReader reader = server.reader().build()) {
            assertThat(reader.query(ReadQuery.all()).stream()).isEqualTo(expected(1));
        }
    }

    @Test
    void doesNotAskForeverWhenTheCursorStaysTheSame() throws Exception {
        try (RawHttpServer server =
                        RawHttpServer.answering(200, "application/json", "{\"events\":[],\"cursor\":\"c\"}");
                AuditReader reader = server.reader().build()) {
            assertThatThrownBy(() -> reader.query(ReadQuery.all()).hasNext()).isInstanceOf(BadAnswerException.class);
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void throwsWhenSomethingCannotBeReadUnlessThatIsAllowed() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    boolean first = request.parameter("cursor") == null;
                    answer.json("{\"events\":[" + SampleEvents.json(first ? 0 : 1) + "],\"cursor\":"
                            + (first ? "\"c\"" : "null") + "," + UNREADABLE + "}");
                });
                AuditReader reader = server.reader().build()) {
            UnreadablePart part = new UnreadablePart(1, 5L, 9L, null, null, "gone");
            assertThatThrownBy(() -> reader.query(ReadQuery.all()).hasNext())
                    .isInstanceOfSatisfying(
                            IncompleteAnswerException.class,
                            incomplete -> assertThat(incomplete.unreadable()).containsExactly(part));
            QueryResult allowed =
                    reader.query(ReadQuery.builder().allowIncomplete().build());
            assertThat(allowed.unreadable()).isEmpty();
            assertThat(allowed.stream()).isEqualTo(expected(2));
            assertThat(allowed.unreadable()).containsExactly(part);
        }
    }

    @Test
    void keepsItsPlaceWhenAPageFails() throws Exception {
        try (RawHttpServer server = new RawHttpServer((request, answer) -> {
                    String cursor = request.parameter("cursor");
                    if (request.number() == 1) {
                        answer.whole(500, "text/plain", "sorry");
                    } else {
                        answer.json("{\"events\":[" + SampleEvents.json(cursor == null ? 0 : 1) + "],\"cursor\":"
                                + (cursor == null ? "\"c\"" : "null") + "}");
                    }
                });
                AuditReader reader = server.reader().build()) {
            QueryResult result = reader.query(ReadQuery.all());
            assertThat(result.next()).isEqualTo(SampleEvents.event(0));
            assertThatThrownBy(result::hasNext).isInstanceOf(ProblemException.class);
            assertThat(result.next()).isEqualTo(SampleEvents.event(1));
            assertThat(result.hasNext()).isFalse();
        }
    }
}
