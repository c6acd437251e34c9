package io.evident.server.retention.state;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.evident.pipeline.retention.RetentionHold;
import io.evident.pipeline.retention.RetentionRule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The text of {@code retention.json}:
 *
 * <pre>
 * { "format" : 1, "version" : 7,
 *   "rules" : { "*" : { "keepForSeconds" : 34560000 }, "acme" : { "keepBytes" : 10000000000 } },
 *   "holds" : { "acme" : { "reason" : "case 17", "sinceNs" : 1795370400000000000, "by" : "anonymous" } },
 *   "horizon" : { "*" : [ 120, 0, 77 ], "acme" : [ 130 ] },
 *   "checksum" : "crc32c:0a1b2c3d" }
 * </pre>
 *
 * Of the horizon, each number is the first sequence that is kept, by shard, and 0 behind the last. The checksum is CRC-32C of the
 * same object without it, in this order and without white space. Reading is strict: what is unknown, absent, twice or out of
 * range is an error.
 */
final class RetentionJson {
    private static final int FORMAT = 1;
    private static final String KEEP_FOR = "keepForSeconds";
    private static final String KEEP_BYTES = "keepBytes";
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private RetentionJson() {}

    /** Of a format that a later version writes; or so it says. */
    static final class LaterFormatException extends IOException {
        private static final long serialVersionUID = 1L;

        LaterFormatException(String message) {
            super(message);
        }
    }

    static byte[] write(RetentionState state) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            json.writeStartObject();
            writeValues(json, state);
            json.writeStringField("checksum", checksum(state));
            json.writeEndObject();
        }
        out.write('\n');
        return out.toByteArray();
    }

    private static void writeValues(JsonGenerator json, RetentionState state) throws IOException {
        json.writeNumberField("format", FORMAT);
        json.writeNumberField("version", state.version());
        json.writeObjectFieldStart("rules");
        for (Map.Entry<String, RetentionRule> rule : state.rules().entrySet()) {
            json.writeObjectFieldStart(rule.getKey());
            if (rule.getValue().byAge()) {
                json.writeNumberField(KEEP_FOR, rule.getValue().keepForSeconds());
            }
            if (rule.getValue().bySize()) {
                json.writeNumberField(KEEP_BYTES, rule.getValue().keepBytes());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeObjectFieldStart("holds");
        for (Map.Entry<String, RetentionHold> hold : state.holds().entrySet()) {
            json.writeObjectFieldStart(hold.getKey());
            json.writeStringField("reason", hold.getValue().reason());
            json.writeNumberField("sinceNs", hold.getValue().sinceNs());
            json.writeStringField("by", hold.getValue().by());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeObjectFieldStart("horizon");
        for (String name : state.cuts().names()) {
            long[] perShard = state.cuts().of(name);
            json.writeFieldName(name);
            json.writeArray(perShard, 0, perShard.length);
        }
        json.writeEndObject();
    }

    private static String checksum(RetentionState state) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            writeValues(json, state);
            json.writeEndObject();
        }
        CRC32C crc = new CRC32C();
        crc.update(out.toByteArray());
        return String.format("crc32c:%08x", crc.getValue());
    }

    /** Reads what {@link #write} wrote. Throws {@link IOException} that says what is wrong, without naming the file. */
    static RetentionState read(byte[] text) throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            expect(json.nextToken() == JsonToken.START_OBJECT, "it is not a JSON object");
            RetentionState state = new Document().read(json);
            expect(json.nextToken() == null, "something follows the object");
            return state;
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "line " + e.getLocation().getLineNr() + " is not well-formed JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** What is read of one text. */
    private static final class Document {
        private final SortedMap<String, RetentionRule> rules = new TreeMap<>();
        private final SortedMap<String, RetentionHold> holds = new TreeMap<>();
        private final Map<String, long[]> horizon = new HashMap<>();
        private long version;
        private String checksum;

        RetentionState read(JsonParser json) throws IOException {
            int known = 0;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                switch (name) {
                    case "format" -> requireFormat(json);
                    case "version" -> version = number(json, name);
                    case "rules" -> readMembers(json, name, each -> rules.put(each, rule(json)));
                    case "holds" -> readMembers(json, name, each -> holds.put(each, hold(json)));
                    case "horizon" -> readMembers(json, name, each -> horizon.put(each, cuts(json)));
                    case "checksum" -> checksum = json.getText();
                    default -> throw new IOException("\"" + name + "\" is unknown");
                }
                known++;
            }
            // Six names are known and none may stand twice, so fewer than six means that one is missing.
            expect(known == 6, "one of format, version, rules, holds, horizon, checksum is missing");
            RetentionState state = new RetentionState(version, rules, holds, CutTable.of(horizon));
            String expected = checksum(state);
            expect(expected.equals(checksum), "the checksum of its values is " + expected + ", it says " + checksum);
            return state;
        }
    }

    private interface Member {
        void read(String name) throws IOException;
    }

    private static void readMembers(JsonParser json, String of, Member member) throws IOException {
        expect(json.currentToken() == JsonToken.START_OBJECT, "\"" + of + "\" is not an object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            member.read(name);
        }
        expect(json.currentToken() == JsonToken.END_OBJECT, "\"" + of + "\" does not end");
    }

    private static RetentionRule rule(JsonParser json) throws IOException {
        Map<String, Long> values = new HashMap<>();
        readMembers(json, "rule", name -> {
            expect(name.equals(KEEP_FOR) || name.equals(KEEP_BYTES), "\"" + name + "\" of a rule is unknown");
            values.put(name, number(json, name));
        });
        return new RetentionRule(values.getOrDefault(KEEP_FOR, 0L), values.getOrDefault(KEEP_BYTES, 0L));
    }

    private static RetentionHold hold(JsonParser json) throws IOException {
        Map<String, String> texts = new HashMap<>();
        long[] sinceNs = new long[1];
        readMembers(json, "hold", name -> {
            if (name.equals("sinceNs")) {
                sinceNs[0] = number(json, name);
            } else {
                expect(name.equals("reason") || name.equals("by"), "\"" + name + "\" of a hold is unknown");
                expect(json.currentToken() == JsonToken.VALUE_STRING, "\"" + name + "\" is not a text");
                texts.put(name, json.getText());
            }
        });
        expect(texts.size() == 2, "a hold has no reason, or does not say by whom");
        return new RetentionHold(texts.get("reason"), sinceNs[0], texts.get("by"));
    }

    private static long[] cuts(JsonParser json) throws IOException {
        expect(json.currentToken() == JsonToken.START_ARRAY, "a horizon is not an array");
        long[] cuts = new long[8];
        int shards = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            cuts = shards < cuts.length ? cuts : Arrays.copyOf(cuts, 2 * shards);
            cuts[shards++] = number(json, "horizon");
        }
        return Arrays.copyOf(cuts, shards);
    }

    private static long number(JsonParser json, String name) throws IOException {
        expect(json.currentToken() == JsonToken.VALUE_NUMBER_INT, "\"" + name + "\" is not a whole number");
        return json.getLongValue();
    }

    private static void requireFormat(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getValueAsInt(0) > FORMAT) {
            throw new LaterFormatException("\"format\" is " + json.getText() + ", understood is " + FORMAT
                    + ": a later version of Evident wrote it");
        }
        expect(number(json, "format") == FORMAT, "\"format\" is " + json.getText() + ", understood is " + FORMAT);
    }

    private static void expect(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }
}
