package io.evident.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportPageTest {
    private static JsonTree row(String name, int offered, double p99, String failure) throws IOException {
        String text =
                "{\"name\":\"" + name + "\",\"target\":\"evident tcp\",\"durability\":\"forced\",\"loop\":\"open\","
                        + "\"offeredEventsPerSecond\":" + offered + ",\"eventsPerSecond\":" + offered
                        + ",\"refused\":{\"lane-full\":7},\"latencyMs\":{\"p50\":1.5,\"p99\":" + p99
                        + ",\"p99.9\":9,\"max\":9},\"tooFew\":[\"p99.9\"],\"lanes\":{\"critical\":{\"p50\":1,\"tooFew\":[]},"
                        + "\"standard\":{\"p50\":2,\"tooFew\":[]}},\"failures\":[" + failure + "],"
                        + "\"distribution\":[[0,0.1],[50,1.5],[99,2.5]],\"series\":[{\"at\":1.0,\"eventsPerSecond\":5,\"p99\":2.0}]}";
        return JsonTree.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void showsEveryRunAndRefersToNothingOutside() throws IOException {
        List<JsonTree> rows = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            rows.add(row("<run " + i + ">", i * 1_000, i < 8 ? 2 : 50, i == 3 ? "\"p99<1ms failed\"" : ""));
        }

        String page = ReportPage.html("A & B", Map.of("machine", "2 <cores>"), rows);

        assertThat(page)
                .contains("A &amp; B", "2 &lt;cores&gt;", "&lt;run 10&gt;", "too few", "critical", "forced")
                .contains("1 of 10 runs fail.", "p99&lt;1ms failed", "knee 7000/s")
                .doesNotContain("<run", "http:", "https:", "<script", "NaN", "Infinity");
    }

    @Test
    void showsMediansAndRangesOfWhatWasRepeated() throws IOException {
        List<JsonTree> rows = List.of(
                row("a", 3_000, 9, ""),
                row("b", 50, 1, ""),
                row("a", 1_000, 2, ""),
                row("a", 2_000, 4, ""),
                row("b", 70, 2, ""));

        assertThat(ReportPage.html("rounds", Map.of(), rows))
                .contains("<tr><td>a<td>3<td>2,000 (1,000 to 3,000)<td>1.50 (1.50 to 1.50)<td>4.00 (2.00 to 9.00)")
                .contains("<tr><td>b<td>2<td>60 (50 to 70)<td>1.50 (1.50 to 1.50)<td>1.50 (1.00 to 2.00)");
        assertThat(ReportPage.html("once", Map.of(), rows.subList(0, 2))).doesNotContain("Medians");
    }

    @Test
    void showsARunWithoutAnyAnswer() throws IOException {
        byte[] row = "{\"name\":\"empty\",\"loop\":\"open\"}".getBytes(StandardCharsets.UTF_8);

        assertThat(ReportPage.html("none", Map.of(), List.of(JsonTree.parse(row))))
                .doesNotContain("NaN", "Infinity");
    }

    @ParameterizedTest
    @CsvSource({"1 1 1,3", "1 1 9,2", "1 9 1,1", "9 1 1,3", "1 5 5,3"})
    void findsTheKneeBeforeTheFirstRateThatIsTooSlow(String p99s, double knee) {
        List<Knee.Step> steps = new ArrayList<>();
        for (String p99 : p99s.split(" ", -1)) {
            steps.add(new Knee.Step(steps.size() + 1, steps.size() + 1, Double.parseDouble(p99)));
        }

        assertThat(Knee.of(steps)).isEqualTo(knee);
        steps.set(0, new Knee.Step(1, 0.9, 1));
        assertThat(Knee.of(steps)).isEqualTo(-1);
    }
}
