package io.evident.client.read.answer;

import static io.evident.client.read.answer.AnswerJson.there;

import io.evident.client.read.answer.EventFacets.Facet;
import io.evident.client.read.answer.EventHistogram.Bucket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Reads an answer made of numbers: a count, and what it is made of. For one answer. */
final class SummaryJson {
    private Long count;
    private String by;
    private List<Facet> values;
    private Long otherValues;
    private Long intervalSeconds;
    private List<Bucket> buckets;
    private List<UnreadablePart> unreadable = List.of();

    private SummaryJson() {}

    static SummaryJson read(JsonInput in) throws IOException {
        SummaryJson summary = new SummaryJson();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "count" -> summary.count = in.number();
                case "by" -> summary.by = in.text();
                case "values" -> summary.values = AnswerJson.list(in, SummaryJson::facet);
                case "otherValues" -> summary.otherValues = in.number();
                case "intervalSeconds" -> summary.intervalSeconds = in.number();
                case "buckets" -> summary.buckets = AnswerJson.list(in, SummaryJson::bucket);
                case "unreadable" -> summary.unreadable = AnswerJson.list(in, AnswerJson::unreadable);
                default -> in.skip();
            }
        }
        return summary;
    }

    private static Facet facet(JsonInput in) throws IOException {
        String value = null;
        Long number = null;
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "value" -> value = in.text();
                case "count" -> number = in.number();
                default -> in.skip();
            }
        }
        return new Facet(there(value, "value"), there(number, "count"));
    }

    private static Bucket bucket(JsonInput in) throws IOException {
        Long fromNs = null;
        Long number = null;
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "from" -> fromNs = in.timeNs();
                case "count" -> number = in.number();
                default -> in.skip();
            }
        }
        return new Bucket(there(fromNs, "from"), there(number, "count"));
    }

    EventCount count() {
        return new EventCount(there(count, "count"), unreadable);
    }

    EventFacets facets() {
        return new EventFacets(
                there(by, "by"),
                there(count, "count"),
                there(values, "values"),
                there(otherValues, "otherValues"),
                unreadable);
    }

    EventHistogram histogram() {
        Duration interval = Duration.ofSeconds(there(intervalSeconds, "intervalSeconds"));
        return new EventHistogram(interval, there(count, "count"), there(buckets, "buckets"), unreadable);
    }
}
