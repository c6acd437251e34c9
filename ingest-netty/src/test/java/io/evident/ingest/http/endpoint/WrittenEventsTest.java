package io.evident.ingest.http.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.event.RefusalReason;
import io.evident.event.json.EventJsonWriter;
import io.evident.event.json.JsonBytes;
import io.evident.ingest.ListedEvents;
import io.evident.ingest.TestEvents;
import io.evident.pipeline.journal.UnreadablePart;
import io.evident.pipeline.query.QueryAnswer;
import io.evident.pipeline.query.StoredEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrittenEventsTest {
    private static final int ATTRIBUTES_BYTES = 1_000;

    private final ListedEvents stored = new ListedEvents();
    private final WrittenEvents form = new WrittenEvents(16 << 20);

    private List<StoredEvent> events(int count) {
        String attributes = "{\"k\":\"" + "v".repeat(ATTRIBUTES_BYTES - 8) + "\"}";
        return IntStream.range(0, count)
                .mapToObj(i -> stored.store(
                        TestEvents.builder(i).attributes(attributes).build()))
                .toList();
    }

    private static String text(QueryAnswer answer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ((QueryAnswer.WrittenPage) answer).events().forEach(bytes::writeBytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static String plain(List<StoredEvent> events) {
        JsonBytes bytes = new JsonBytes(16);
        for (StoredEvent event : events) {
            bytes.write(bytes.length() == 0 ? '[' : ',');
            WrittenEvents.write(EventJsonWriter.asSent(), bytes, event);
        }
        return new String(bytes.toByteArray(), StandardCharsets.UTF_8) + "]";
    }

    /** A piece has about a hundred of these events. */
    @ParameterizedTest(name = "{0} events")
    @ValueSource(ints = {1, 2, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 300, 1_000})
    void writesAnArrayInPiecesOfBoundedLength(int count) {
        List<StoredEvent> events = events(count);
        QueryAnswer answer = form.write(new QueryAnswer.Page(events, null, false));
        assertThat(text(answer)).isEqualTo(plain(events));
        assertThat(((QueryAnswer.WrittenPage) answer).events())
                .allSatisfy(piece -> assertThat(piece.length).isBetween(1, 130 * 1024));
    }

    @Test
    void writesNoEventsAsAnEmptyArray() {
        assertThat(text(form.write(new QueryAnswer.Page(List.of(), null, false))))
                .isEqualTo("[]");
    }

    @Test
    void passesTheRestOfThePageOn() {
        List<UnreadablePart> unreadable = List.of(new UnreadablePart(1, 5, 9, "the volume is away"));
        QueryAnswer.WrittenPage page =
                (QueryAnswer.WrittenPage) form.write(new QueryAnswer.Page(events(1), "next", true, unreadable));
        assertThat(page.cursor()).isEqualTo("next");
        assertThat(page.cacheHit()).isTrue();
        assertThat(page.unreadable()).isEqualTo(unreadable);
    }

    @Test
    void contract7_refusesWhatIsTooLong() {
        List<StoredEvent> events = events(300);
        int exact = plain(events).length() - 1;
        QueryAnswer.Page page = new QueryAnswer.Page(events, null, false);
        assertThat(new WrittenEvents(exact).write(page)).isInstanceOf(QueryAnswer.WrittenPage.class);
        QueryAnswer.Refused refused = (QueryAnswer.Refused) new WrittenEvents(exact - 1).write(page);
        assertThat(refused.refusal().reason()).isEqualTo(RefusalReason.QUERY_TOO_BROAD);
    }
}
