package io.evident.event.json;

import static io.evident.event.RefusalReason.DUPLICATE_FIELD;
import static io.evident.event.RefusalReason.EVENT_TOO_LARGE;
import static io.evident.event.RefusalReason.INVALID_ID;
import static io.evident.event.RefusalReason.INVALID_TEXT;
import static io.evident.event.RefusalReason.INVALID_TIME;
import static io.evident.event.RefusalReason.INVALID_VALUE;
import static io.evident.event.RefusalReason.MALFORMED;
import static io.evident.event.RefusalReason.MISSING_FIELD;
import static io.evident.event.RefusalReason.SERVER_FIELD;
import static io.evident.event.RefusalReason.UNKNOWN_FIELD;
import static io.evident.event.RefusalReason.WRONG_TYPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.evident.event.AuditEvent;
import io.evident.event.EventBytes;
import io.evident.event.EventEncoder;
import io.evident.event.EventField;
import io.evident.event.EventLayout;
import io.evident.event.EventLimits;
import io.evident.event.Outcome;
import io.evident.event.RandomEvents;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.Severity;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonReaderTest {
    private static final String VALID = """
            {"tenant":"acme","actor":{"id":"user-17"},"action":"document.read","resource":{"type":"document","id":"9"},\
            "outcome":"success","severity":"P3_LOW"}""";

    private final EventJsonReader reader = new EventJsonReader();
    private final EventEncoder encoder = new EventEncoder();

    static Stream<Arguments> badEvents() {
        return Stream.of(malformed(), wrongTypes(), missing(), names(), values(), attributes(), labels())
                .flatMap(each -> each);
    }

    private static Stream<Arguments> malformed() {
        return Stream.of(
                arguments("", MALFORMED, null),
                arguments("  \n", MALFORMED, null),
                arguments("{", MALFORMED, null),
                arguments("{\u0000}", MALFORMED, null),
                arguments("{\"tenant\":\"a\"", MALFORMED, null),
                arguments("{\"tenant\":\"a", MALFORMED, "tenant"),
                arguments("{\"tenant\":tru}", MALFORMED, null),
                arguments("{\"tenant\":\"a\\x\"}", MALFORMED, "tenant"),
                arguments("{\"tenant\":\"a\nb\"}", MALFORMED, "tenant"),
                arguments("{'tenant':\"a\"}", MALFORMED, null),
                arguments("{tenant:\"a\"}", MALFORMED, null),
                arguments("{\"tenant\":\"a\",}", MALFORMED, null),
                arguments("{\"tenant\":\"a\" \"stream\":\"b\"}", MALFORMED, null),
                arguments("{\"actor\":{\"id\":\"a\",}}", MALFORMED, "actor"),
                arguments("{\"labels\":[\"a\",]}", MALFORMED, "labels"),
                arguments("{\"tenant\":01}", MALFORMED, null),
                arguments("{\"tenant\":NaN}", MALFORMED, null),
                arguments("{/* no */}", MALFORMED, null),
                arguments(VALID + " x", MALFORMED, null),
                arguments(VALID + VALID, MALFORMED, null),
                arguments(VALID + ",", MALFORMED, null),
                arguments("[" + VALID, MALFORMED, null),
                arguments("nope", MALFORMED, null));
    }

    private static Stream<Arguments> wrongTypes() {
        return Stream.of(
                arguments("[" + VALID + "]", WRONG_TYPE, null),
                arguments("\"event\"", WRONG_TYPE, null),
                arguments("17", WRONG_TYPE, null),
                arguments("null", WRONG_TYPE, null),
                arguments(with("id", "17"), WRONG_TYPE, "id"),
                arguments(with("time", "1763806530"), WRONG_TYPE, "time"),
                arguments("{\"tenant\":1.5}", WRONG_TYPE, "tenant"),
                arguments("{\"tenant\":{\"id\":1}}", WRONG_TYPE, "tenant"),
                arguments("{\"tenant\":[\"a\"]}", WRONG_TYPE, "tenant"),
                arguments("{\"actor\":\"user-17\"}", WRONG_TYPE, "actor"),
                arguments("{\"actor\":{\"id\":true}}", WRONG_TYPE, "actor.id"),
                arguments("{\"resource\":[]}", WRONG_TYPE, "resource"),
                arguments("{\"resource\":{\"type\":0}}", WRONG_TYPE, "resource.type"),
                arguments("{\"outcome\":true}", WRONG_TYPE, "outcome"),
                arguments("{\"severity\":0}", WRONG_TYPE, "severity"),
                arguments(with("labels", "\"pci\""), WRONG_TYPE, "labels"),
                arguments(with("labels", "[\"pci\",7]"), WRONG_TYPE, "labels[1]"),
                arguments(with("attributes", "\"{}\""), WRONG_TYPE, "attributes"),
                arguments(with("attributes", "[]"), WRONG_TYPE, "attributes"));
    }

    private static Stream<Arguments> missing() {
        return Stream.of(
                arguments("{}", MISSING_FIELD, "tenant"),
                arguments(VALID.replace("\"tenant\":\"acme\",", ""), MISSING_FIELD, "tenant"),
                arguments(VALID.replace("\"actor\":{\"id\":\"user-17\"},", ""), MISSING_FIELD, "actor.id"),
                arguments(VALID.replace("\"id\":\"user-17\"", ""), MISSING_FIELD, "actor.id"),
                arguments(VALID.replace("\"action\":\"document.read\",", ""), MISSING_FIELD, "action"),
                arguments(VALID.replace("\"type\":\"document\",", ""), MISSING_FIELD, "resource.type"),
                arguments(VALID.replace(",\"id\":\"9\"", ""), MISSING_FIELD, "resource.id"),
                arguments(VALID.replace("\"outcome\":\"success\",", ""), MISSING_FIELD, "outcome"),
                arguments(VALID.replace(",\"severity\":\"P3_LOW\"", ""), MISSING_FIELD, "severity"));
    }

    private static Stream<Arguments> names() {
        Stream<Arguments> serverFields = Stream.of(
                        "receivedTime", "receivedFrom", "shard", "incarnation", "epoch", "sequence", "lane")
                .map(name -> arguments(with(name, "1"), SERVER_FIELD, name));
        return Stream.concat(
                serverFields,
                Stream.of(
                        arguments(with("user", "\"a\""), UNKNOWN_FIELD, "user"),
                        arguments(with("Tenant", "\"a\""), UNKNOWN_FIELD, "Tenant"),
                        arguments(with("", "\"a\""), UNKNOWN_FIELD, ""),
                        arguments(with("a\\u0007b", "1"), UNKNOWN_FIELD, "a\\u0007b"),
                        arguments(with("n".repeat(100), "1"), UNKNOWN_FIELD, "n".repeat(61) + "..."),
                        arguments(with("n".repeat(100_000), "1"), UNKNOWN_FIELD, null),
                        arguments("{\"actor\":{\"name\":\"a\"}}", UNKNOWN_FIELD, "actor.name"),
                        arguments("{\"actor\":{\"" + "n".repeat(100_000) + "\":1}}", UNKNOWN_FIELD, "actor"),
                        arguments("{\"resource\":{\"tenant\":\"a\"}}", UNKNOWN_FIELD, "resource.tenant"),
                        arguments(with("tenant", "\"b\""), DUPLICATE_FIELD, "tenant"),
                        arguments(with("\\u0074enant", "\"b\""), DUPLICATE_FIELD, "tenant"),
                        arguments(with("actor", "{}"), DUPLICATE_FIELD, "actor"),
                        arguments("{\"actor\":{\"id\":\"a\",\"id\":\"a\"}}", DUPLICATE_FIELD, "actor.id"),
                        arguments("{\"labels\":[],\"labels\":[]}", DUPLICATE_FIELD, "labels"),
                        arguments("{\"attributes\":{},\"attributes\":{}}", DUPLICATE_FIELD, "attributes")));
    }

    private static Stream<Arguments> values() {
        return Stream.of(
                arguments("{\"tenant\":\"\"}", INVALID_VALUE, "tenant"),
                arguments("{\"tenant\":null}", INVALID_VALUE, "tenant"),
                arguments(with("stream", "\"\""), INVALID_VALUE, "stream"),
                arguments(with("stream", "null"), INVALID_VALUE, "stream"),
                arguments("{\"actor\":null}", INVALID_VALUE, "actor"),
                arguments("{\"actor\":{\"ip\":null}}", INVALID_VALUE, "actor.ip"),
                arguments(with("attributes", "null"), INVALID_VALUE, "attributes"),
                arguments(with("id", "\"\""), INVALID_VALUE, "id"),
                arguments("{\"tenant\":\"" + "x".repeat(129) + "\"}", INVALID_VALUE, "tenant"),
                arguments("{\"tenant\":\"" + "\u00e9".repeat(65) + "\"}", INVALID_VALUE, "tenant"),
                arguments("{\"tenant\":\"" + "x".repeat(100_000) + "\"}", INVALID_VALUE, "tenant"),
                arguments("{\"actor\":{\"agent\":\"" + "x".repeat(2049) + "\"}}", INVALID_VALUE, "actor.agent"),
                arguments("{\"outcome\":\"SUCCESS\"}", INVALID_VALUE, "outcome"),
                arguments("{\"severity\":\"p0_critical\"}", INVALID_VALUE, "severity"),
                arguments(with("time", "\"yesterday\""), INVALID_TIME, "time"),
                arguments(with("time", "\"2026-02-29T00:00:00Z\""), INVALID_TIME, "time"),
                arguments(with("time", "\"" + "2".repeat(100_000) + "\""), INVALID_TIME, "time"),
                arguments(with("id", "\"17\""), INVALID_ID, "id"),
                arguments(with("id", "\"00000000-0000-0000-0000-000000000000\""), INVALID_ID, "id"),
                arguments(with("id", "\"" + "2".repeat(100_000) + "\""), INVALID_ID, "id"),
                arguments("{\"tenant\":\"\\ud83d\"}", INVALID_TEXT, "tenant"),
                arguments("{\"tenant\":\"\\udc8d\\ud83d\"}", INVALID_TEXT, "tenant"),
                arguments("{\"actor\":{\"id\":\"a\\ud83db\"}}", INVALID_TEXT, "actor.id"),
                arguments(with("labels", "[\"\\ud83d\"]"), INVALID_TEXT, "labels[0]"));
    }

    private static Stream<Arguments> attributes() {
        String tooLarge = RandomEvents.attributesOf(EventLimits.ATTRIBUTES_BYTES + 1);
        return Stream.of(
                arguments(with("attributes", tooLarge), EVENT_TOO_LARGE, "attributes"),
                arguments(
                        with("attributes", "{" + " ".repeat(EventLimits.ATTRIBUTES_BYTES) + "}"),
                        EVENT_TOO_LARGE,
                        "attributes"),
                arguments(
                        with("attributes", RandomEvents.attributesOfDepth(EventLimits.ATTRIBUTES_DEPTH + 1)),
                        INVALID_VALUE,
                        "attributes"),
                arguments(with("attributes", RandomEvents.attributesOfDepth(9_000)), INVALID_VALUE, "attributes"),
                arguments(with("attributes", "{\"a\":" + "[".repeat(100_000) + "}"), MALFORMED, "attributes"),
                arguments(with("attributes", "{\"a\":1"), MALFORMED, null),
                arguments(with("attributes", "{\"a\":.5}"), MALFORMED, "attributes"));
    }

    private static Stream<Arguments> labels() {
        return Stream.of(
                arguments(with("labels", "[\"a\",\"\"]"), INVALID_VALUE, "labels[1]"),
                arguments(with("labels", "[\"a\",\"b\",null]"), INVALID_VALUE, "labels[2]"),
                arguments(with("labels", "[\"" + "x".repeat(129) + "\"]"), INVALID_VALUE, "labels[0]"),
                arguments(with("labels", "[\"x\"" + ",\"x\"".repeat(64) + "]"), INVALID_VALUE, "labels"),
                arguments(with("labels", "[\"" + "x".repeat(100_000) + "\"]"), INVALID_VALUE, "labels[0]"));
    }

    /** The valid event with one more member at its end. */
    private static String with(String name, String value) {
        return VALID.substring(0, VALID.length() - 1) + ",\"" + name + "\":" + value + "}";
    }

    @ParameterizedTest(name = "[{index}] {1} {2}")
    @MethodSource("badEvents")
    void contract9_refusesBadInputWithReasonAndField(String json, RefusalReason reason, String field) {
        Refusal refusal = read(json);
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).as("%s", refusal).isEqualTo(reason);
        assertThat(refusal.field()).as("%s", refusal).isEqualTo(field);
        assertThat(refusal.detail()).hasSizeBetween(5, 250).doesNotContain("Source", "Stream", "jackson", "token");
        assertThat(encoder.has(EventField.TENANT))
                .as("nothing is left in the encoder")
                .isFalse();
        assertThat(read(VALID)).as("the reader is as good as new").isNull();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notUtf8")
    void refusesBytesThatAreNotUtf8WithTheirField(String field, String before, String after) {
        for (byte[] bad : new byte[][] {
            {(byte) 0xFF},
            {(byte) 0xC0, (byte) 0x80},
            {(byte) 0xED, (byte) 0xA0, (byte) 0xBD, (byte) 0xED, (byte) 0xB2, (byte) 0x8D},
            {(byte) 0xE2, (byte) 0x82},
            {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            {(byte) 0x80}
        }) {
            byte[] json = concat(before.getBytes(StandardCharsets.UTF_8), bad, after.getBytes(StandardCharsets.UTF_8));
            Refusal refusal = reader.read(json, 0, json.length, encoder);
            assertThat(refusal).isNotNull();
            assertThat(refusal.reason()).as("%s", refusal).isEqualTo(INVALID_TEXT);
            assertThat(refusal.field()).as("%s", refusal).isEqualTo(field);
        }
    }

    static Stream<Arguments> notUtf8() {
        String end = VALID.substring(1);
        return Stream.of(
                arguments("stream", "{\"stream\":\"\u00e9 ", " \"," + end),
                arguments("category", "{\"stream\":\"\u00e9\",\"category\":\"", "\"," + end),
                arguments("actor.agent", "{\"actor\":{\"id\":\"a\",\"agent\":\"", "\"}}"),
                arguments("labels[1]", "{\"labels\":[\"a\",\"", "\",\"c\"]," + end),
                arguments("attributes", "{\"attributes\":{\"a\":[{\"b\":\"", "\"}]}," + end),
                arguments("attributes", "{\"attributes\":{\"", "\":1}," + end),
                arguments("attributes", "{\"attributes\":" + "{\"a\":".repeat(5000) + "\"", "\"" + "}".repeat(5001)),
                arguments("user", "{\"user\":\"" + "x".repeat(10_000), "\"," + end));
    }

    @Test
    void namesTheUnknownFieldWhoseNameIsNotUtf8() {
        byte[] json = concat(
                "{\"te".getBytes(StandardCharsets.UTF_8), new byte[] {-1}, "\":1}".getBytes(StandardCharsets.UTF_8));
        Refusal refusal = reader.read(json, 0, json.length, encoder);
        assertThat(refusal.reason()).isEqualTo(INVALID_TEXT);
        assertThat(refusal.field()).isEqualTo("te?");
    }

    @Test
    void saysWhereAndHowJsonIsMalformed() {
        Refusal refusal = read("{\n  \"tenant\": \"\u00e9\" \"stream\": \"s\"}");
        assertThat(refusal.detail()).isEqualTo("expected ',' or '}' in line 2, column 17 (byte 19), found '\"'");
        assertThat(read("{\"tenant\":\"a").detail())
                .isEqualTo("expected the closing '\"' of a text in line 1, column 13 (byte 12), found the end");
    }

    @Test
    void countsPlacesFromTheBeginningOfTheRange() {
        byte[] json = "......  {]".getBytes(StandardCharsets.UTF_8);
        assertThat(reader.read(json, 6, 4, encoder).detail())
                .isEqualTo("expected a name in double quotes or '}' in line 1, column 4 (byte 3), found ']'");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("nearMisses")
    void suggestsTheNearestName(String json, String suggestion) {
        String detail = read(json).detail();
        if (suggestion == null) {
            assertThat(detail).doesNotContain("did you mean");
        } else {
            assertThat(detail).endsWith("did you mean " + suggestion + "?");
        }
    }

    static Stream<Arguments> nearMisses() {
        return Stream.of(
                arguments("{\"tennant\":1}", "tenant"),
                arguments("{\"Tenant\":1}", "tenant"),
                arguments("{\"actorId\":1}", "actor.id"),
                arguments("{\"resource_type\":1}", "resource.type"),
                arguments("{\"label\":1}", "labels"),
                arguments("{\"name\":1}", null),
                arguments("{\"actor\":{\"ID\":1}}", "actor.id"),
                arguments("{\"actor\":{\"agnet\":1}}", "actor.agent"),
                arguments("{\"resource\":{\"typ\":1}}", "resource.type"),
                arguments("{\"wholly-different\":1}", null),
                arguments("{\"" + "tenant".repeat(20) + "\":1}", null));
    }

    @Test
    void listsWhatAnEnumerationTakes() {
        assertThat(read("{\"outcome\":\"ok\"}").detail())
                .isEqualTo("is \"ok\", must be one of success, failure, denied, unknown");
        assertThat(read("{\"severity\":\"HIGH\\n\"}").detail())
                .isEqualTo("is \"HIGH\\u000a\", must be one of P0_CRITICAL, P1_HIGH, P2_MEDIUM, P3_LOW, P4_INFO");
    }

    @Test
    void readsEveryField() {
        AuditEvent event = accepted("""
                {"id":"0193A7F0-5d2c-7b4e-9c1a-2f6d8e4b1a3c","time":"2026-11-22T11:15:30.5+01:00","tenant":"acme",
                 "stream":"wedding-4711","actor":{"id":"user-17","ip":"203.0.113.9","agent":"curl"},
                 "action":"document.read","category":"data-access","resource":{"type":"document","id":"doc-9"},
                 "outcome":"denied","severity":"P0_CRITICAL","labels":["pci","\\u00e9\\ud83d\\udc8d"],
                 "attributes":{"n":1e999}}""");
        assertThat(event.id()).isEqualTo(UUID.fromString("0193a7f0-5d2c-7b4e-9c1a-2f6d8e4b1a3c"));
        assertThat(event.timeNs()).isEqualTo(1_795_342_530_500_000_000L);
        assertThat(event.stream()).isEqualTo("wedding-4711");
        assertThat(event.actorIp()).isEqualTo("203.0.113.9");
        assertThat(event.actorAgent()).isEqualTo("curl");
        assertThat(event.category()).isEqualTo("data-access");
        assertThat(event.outcome()).isEqualTo(Outcome.DENIED);
        assertThat(event.severity()).isEqualTo(Severity.P0_CRITICAL);
        assertThat(event.labels()).containsExactly("pci", "\u00e9\ud83d\udc8d");
        assertThat(event.attributes()).isEqualTo("{\"n\":1e999}");
    }

    @Test
    void readsTheMembersInAnyOrder() {
        AuditEvent event = accepted(
                "{\"severity\":\"P3_LOW\",\"attributes\":{},\"resource\":{\"id\":\"9\",\"type\":\"document\"},\"outcome\":\"success\","
                        + "\"action\":\"document.read\",\"actor\":{\"id\":\"user-17\"},\"labels\":[],\"tenant\":\"acme\"}");
        assertThat(event.resourceType()).isEqualTo("document");
        assertThat(event.labels()).isEmpty();
        assertThat(event.attributes()).isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":2}",
                "{ }",
                "{\"a\":\"\\ud83d\"}",
                "{\"n\":-0.0E+999999999999}",
                "{\"\":\"\\\"}\\\\\"}",
                "{\"a\":[[],[{}],{\"b\":null}]}\r"
            })
    void keepsWhateverIsJsonInAttributes(String attributes) {
        assertThat(accepted(with("attributes", "\t" + attributes)).attributes()).isEqualTo(attributes.strip());
    }

    @Test
    void keepsNumbersAndNamesOfAnySizeInAttributes() {
        String number = "{\"n\":" + "9".repeat(60_000) + "}";
        assertThat(accepted(with("attributes", number)).attributes()).isEqualTo(number);
        String name = "{\"" + "n".repeat(65_000) + "\":1}";
        assertThat(accepted(with("attributes", name)).attributes()).isEqualTo(name);
    }

    @Test
    void acceptsAttributesAtTheLimits() {
        String largest = RandomEvents.attributesOf(EventLimits.ATTRIBUTES_BYTES);
        assertThat(accepted(with("attributes", largest)).attributes()).isEqualTo(largest);
        String deepest = RandomEvents.attributesOfDepth(EventLimits.ATTRIBUTES_DEPTH);
        assertThat(accepted(with("attributes", deepest)).attributes()).isEqualTo(deepest);
    }

    @Test
    void passesOverAByteOrderMarkAndWhiteSpace() {
        assertThat(read("\ufeff \r\n\t" + VALID + "\n ")).isNull();
        assertThat(read(" \ufeff" + VALID).reason()).isEqualTo(MALFORMED);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {7, 8, 9})
    void contract9_neverThrowsWhateverTheBytesAre(long seed) {
        Random random = new Random(seed);
        RandomEvents events = new RandomEvents(seed);
        for (int i = 0; i < 3000; i++) {
            byte[] json = EventJsonWriter.asSent().toBytes(events.next());
            for (int mutation = random.nextInt(4); mutation >= 0; mutation--) {
                json[random.nextInt(json.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt() : "{}[]\",:\\u0".charAt(random.nextInt(10)));
            }
            int length = random.nextInt(3) == 0 ? random.nextInt(json.length + 1) : json.length;
            Refusal refusal = reader.read(json, 0, length, encoder);
            if (refusal == null) {
                assertThat(EventBytes.view(EventBytes.of(encoder)).length())
                        .isGreaterThan(EventLayout.EMPTY_EVENT_BYTES);
            }
        }
    }

    private AuditEvent accepted(String json) {
        assertThat(read(json)).isNull();
        return AuditEvent.of(EventBytes.view(EventBytes.of(encoder)));
    }

    private Refusal read(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return reader.read(bytes, 0, bytes.length, encoder);
    }

    private static byte[] concat(byte[]... parts) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
