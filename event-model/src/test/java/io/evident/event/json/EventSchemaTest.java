package io.evident.event.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.evident.event.EventEncoder;
import io.evident.event.EventField;
import io.evident.event.EventLimits;
import io.evident.event.Outcome;
import io.evident.event.RandomEvents;
import io.evident.event.Severity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class EventSchemaTest {
    private static final String VALID = """
            {"tenant":"acme","actor":{"id":"user-17"},"action":"document.read","resource":{"type":"document","id":"9"},\
            "outcome":"success","severity":"P3_LOW"}""";
    private static final String TEXT = schemaText();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(TEXT, InputFormat.JSON);
    private static final JsonNode PROPERTIES = new ObjectMapper().readTree(TEXT).get("properties");

    private final EventJsonReader reader = new EventJsonReader();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {81, 82})
    void acceptsRandomEvents(long seed) {
        new RandomEvents(seed).events(200).forEach(event -> {
            String json = new String(EventJsonWriter.asSent().toBytes(event), StandardCharsets.UTF_8);
            assertThat(accepts(json)).as(json).isTrue();
        });
    }

    @Test
    void acceptsTheSmallestAndTheLargestEventAndItsOwnExample() {
        JsonNode example = new ObjectMapper().readTree(TEXT).get("examples").get(0);
        for (byte[] json : List.of(
                EventJsonWriter.asSent().toBytes(RandomEvents.smallest()),
                EventJsonWriter.asSent().toBytes(RandomEvents.largest()),
                example.toString().getBytes(StandardCharsets.UTF_8))) {
            assertThat(accepts(new String(json, StandardCharsets.UTF_8))).isTrue();
            assertThat(readerAccepts(json)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "\"event\"",
                "-\"tenant\":\"acme\",",
                "-\"actor\":{\"id\":\"user-17\"},",
                "-\"id\":\"user-17\"",
                "-\"action\":\"document.read\",",
                "-\"type\":\"document\",",
                "-,\"id\":\"9\"",
                "-\"outcome\":\"success\",",
                "-,\"severity\":\"P3_LOW\"",
                "+\"user\":1",
                "+\"receivedTime\":\"2026-11-22T10:15:30Z\"",
                "+\"receivedFrom\":\"a\"",
                "+\"shard\":0",
                "+\"incarnation\":1",
                "+\"epoch\":1",
                "+\"sequence\":0",
                "+\"lane\":\"critical\"",
                "+\"stream\":\"\"",
                "+\"stream\":null",
                "+\"stream\":7",
                "+\"category\":[]",
                "+\"attributes\":[]",
                "+\"attributes\":\"{}\"",
                "+\"attributes\":null",
                "+\"labels\":\"a\"",
                "+\"labels\":[\"\"]",
                "+\"labels\":[1]",
                "+\"labels\":null",
                "+\"time\":\"yesterday\"",
                "+\"time\":17",
                "+\"time\":\"2026-11-22T10:15:60Z\"",
                "+\"time\":\"2026-11-22T10:15:30\"",
                "+\"time\":\"2026-11-22T10:15:30.1234567890Z\"",
                "+\"time\":\"2026-13-22T10:15:30Z\"",
                "+\"time\":\"2026-11-22 10:15:30Z\"",
                "+\"id\":\"17\"",
                "+\"id\":17",
                "+\"id\":\"00000000-0000-0000-0000-000000000000\"",
                "+\"id\":\"0193a7f05d2c7b4e9c1a2f6d8e4b1a3c\"",
                "~\"success\"~\"SUCCESS\"",
                "~\"success\"~1",
                "~\"P3_LOW\"~\"p3_low\"",
                "~{\"id\":\"user-17\"}~\"user-17\"",
                "~\"id\":\"user-17\"~\"id\":\"user-17\",\"name\":\"n\"",
                "~\"id\":\"9\"~\"id\":\"9\",\"name\":\"n\"",
            })
    void refusesBadEventsAsTheReaderDoes(String change) {
        String json = changed(change);
        assertThat(accepts(json)).as(json).isFalse();
        assertThat(readerAccepts(json.getBytes(StandardCharsets.UTF_8)))
                .as(json)
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"128, 64", "129, 1", "1, 65"})
    void hasTheLimitsOfLabels(int length, int count) {
        String label = "\"" + "x".repeat(length) + "\"";
        String json = changed("+\"labels\":[" + label + ("," + label).repeat(count - 1) + "]");
        assertThat(accepts(json))
                .isEqualTo(length <= EventLimits.LABEL_BYTES && count <= EventLimits.LABELS)
                .isEqualTo(readerAccepts(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void listsExactlyTheFieldsThatTheReaderTakes() {
        List<String> listed = new ArrayList<>();
        PROPERTIES.propertyNames().forEach(name -> {
            listed.add(name);
            JsonNode inner = PROPERTIES.get(name).get("properties");
            if (inner != null) {
                inner.propertyNames().forEach(innerName -> listed.add(name + "." + innerName));
            }
        });
        List<String> taken = Arrays.stream(EventMember.values())
                .filter(member -> !member.serverFilled())
                .map(EventMember::dottedName)
                .toList();
        assertThat(listed).isEqualTo(taken);
    }

    @Test
    void hasTheLimitsAndRequirementsOfTheFields() {
        for (int i = 0; i < EventField.count(); i++) {
            EventField field = EventField.at(i);
            if (field != EventField.ATTRIBUTES && field != EventField.RECEIVED_FROM) {
                JsonNode parent = new ObjectMapper().readTree(TEXT);
                String[] path = field.jsonName().split("\\.", -1);
                for (int step = 0; step < path.length - 1; step++) {
                    parent = parent.get("properties").get(path[step]);
                }
                String name = path[path.length - 1];
                JsonNode property = parent.get("properties").get(name);
                assertThat(property.get("maxLength").asInt())
                        .as(field.jsonName())
                        .isEqualTo(field.maxBytes());
                assertThat(property.get("description").asString())
                        .as(field.jsonName())
                        .isNotBlank();
                assertThat(texts(parent.get("required")).contains(name))
                        .as(field.jsonName())
                        .isEqualTo(field.required());
            }
        }
        assertThat(texts(PROPERTIES.get("outcome").get("enum")))
                .isEqualTo(Arrays.stream(Outcome.values()).map(Outcome::text).toList());
        assertThat(texts(PROPERTIES.get("severity").get("enum")))
                .isEqualTo(Arrays.stream(Severity.values()).map(Severity::name).toList());
    }

    /** The valid event with members added (+), a piece taken out (-) or replaced (~old~new), or something else. */
    private static String changed(String change) {
        return switch (change.charAt(0)) {
            case '+' -> VALID.substring(0, VALID.length() - 1) + "," + change.substring(1) + "}";
            case '-' -> replaced(change.substring(1), "");
            case '~' -> replaced(change.split("~", -1)[1], change.split("~", -1)[2]);
            default -> change;
        };
    }

    private static String replaced(String old, String with) {
        assertThat(VALID).contains(old);
        return VALID.replace(old, with);
    }

    private static boolean accepts(String json) {
        return SCHEMA.validate(json, InputFormat.JSON).isEmpty();
    }

    private boolean readerAccepts(byte[] json) {
        return reader.read(json, 0, json.length, new EventEncoder()) == null;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asString()));
        return texts;
    }

    private static String schemaText() {
        try (InputStream in = EventField.class.getResourceAsStream("event.schema.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException missing) {
            throw new java.io.UncheckedIOException(missing);
        }
    }
}
