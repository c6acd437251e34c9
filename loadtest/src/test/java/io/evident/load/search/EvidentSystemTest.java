package io.evident.load.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.load.dataset.DataSet;
import io.evident.load.search.SearchSystem.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EvidentSystemTest {
    private static final DataSet EVENTS = new DataSet(1, 1_000_000);
    private static final DeepPlace PLACE =
            new DeepPlace("org-3", 1_000_000, 2_000_000, "CURSOR", 1_500_000, new UUID(1, 2));

    private final QuestionPicker picker = new QuestionPicker(EVENTS, 1, List.of(PLACE));

    private static Answer read(Question question, String json) throws IOException {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        return EvidentSystem.read(question, utf8, utf8.length);
    }

    @Test
    void comparesAPageByItsEventsIdsAndNotByOthers() throws IOException {
        Fingerprint expected = new Fingerprint();
        expected.row("a");
        expected.row("b");

        Answer page = read(Question.ACTOR, """
                {"events":[
                  {"id":"a","actor":{"id":"x"},"resource":{"id":"y"},"attributes":{"id":"z"},"labels":["l"]},
                  {"id":"b","actor":{"id":"x"}}],
                 "cursor":null,"tookMicros":5,"cache":"miss"}""");

        assertThat(page).isEqualTo(expected.answer(false));
        assertThat(page.rows()).isEqualTo(2);
    }

    @Test
    void tellsAnswersInAnotherOrderApart() throws IOException {
        Answer one = read(Question.PAGE, "{\"events\":[{\"id\":\"a\"},{\"id\":\"b\"}]}");
        Answer other = read(Question.PAGE, "{\"events\":[{\"id\":\"b\"},{\"id\":\"a\"}]}");

        assertThat(one.fingerprint()).isNotEqualTo(other.fingerprint());
    }

    @Test
    void readsOneEvent() throws IOException {
        Fingerprint expected = new Fingerprint();
        expected.row("a");

        assertThat(read(Question.BY_ID, "{\"id\":\"a\",\"actor\":{\"id\":\"x\"},\"shard\":3}"))
                .isEqualTo(expected.answer(false));
    }

    @Test
    void readsCountsAndWhetherTheyCameFromTheCache() throws IOException {
        Fingerprint expected = new Fingerprint();
        expected.row(0, 42);

        assertThat(read(Question.COUNT, "{\"count\":42,\"tookMicros\":1,\"cache\":\"hit\"}"))
                .isEqualTo(expected.answer(true));
    }

    @Test
    void readsHistograms() throws IOException {
        Fingerprint expected = new Fingerprint();
        expected.row(86_400, 7);
        expected.row(172_800, 8);

        Answer answer = read(Question.HISTOGRAM, """
                {"intervalSeconds":86400,"count":15,"buckets":[
                  {"from":"1970-01-02T00:00:00Z","count":7},{"from":"1970-01-03T00:00:00Z","count":8}],
                 "tookMicros":1,"cache":"miss"}""");

        assertThat(answer).isEqualTo(expected.answer(false));
        assertThat(answer.rows()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void asksTheSameAgainAndMovedDifferently(Question question) {
        String path = EvidentSystem.path(picker.pick(question, 17));

        assertThat(path)
                .isEqualTo(EvidentSystem.path(new QuestionPicker(EVENTS, 1, List.of(PLACE)).pick(question, 17)));
        if (question != Question.BY_ID && question != Question.DEEP_PAGE) {
            assertThat(EvidentSystem.path(picker.pick(question, 17).movedBy(1))).isNotEqualTo(path);
        }
    }

    @ParameterizedTest
    @EnumSource
    void hasAParameterForEachPlaceholderOfItsStatement(Question question) {
        Asking asking = picker.pick(question, 5);
        int particulars = question == Question.BY_ID ? 1 : 3;
        particulars += asking.actor() == null ? 0 : 1;
        particulars += asking.action() == null ? 0 : 2;
        particulars += asking.resource() == null ? 0 : 1 + asking.severities().size();
        particulars += asking.after() == null ? 0 : 2;
        particulars +=
                List.of(Question.BY_ID, Question.COUNT, Question.HISTOGRAM).contains(question) ? 0 : 1;

        assertThat(PostgresSystem.sql(question).chars().filter(each -> each == '?'))
                .hasSize(particulars);
    }

    @Test
    void asksForAPageBehindARow() {
        assertThat(EvidentSystem.path(picker.pick(Question.DEEP_PAGE, 0)))
                .isEqualTo("/v1/events?tenant=org-3&from=1970-01-01T00:00:01Z&to=1970-01-01T00:00:02Z"
                        + "&limit=100&cursor=CURSOR");
    }

    @Test
    void keepsPlacesAndSamplesInFiles(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("places");
        DeepPlace.writeAll(file, List.of(PLACE));
        Samples samples = new Samples(new Samples.Key("warm", "evident", true, Question.DEEP_PAGE, 3));
        samples.add(7, 1_234, new Answer(5, -9, true));
        samples.write(directory);

        List<Samples> read = Samples.readAll(directory);

        assertThat(DeepPlace.readAll(file)).containsExactly(PLACE);
        assertThat(read).hasSize(1);
        assertThat(read.get(0).key()).isEqualTo(samples.key());
        assertThat(read.get(0).all()).isEqualTo(samples.all());
    }
}
