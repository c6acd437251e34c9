package io.evident.sharding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The text of {@code shards.json}:
 *
 * <pre>
 * { "format" : 1, "hash" : "xxh3-64", "seed" : "45766964656e7431", "slots" : 4096,
 *   "epochs" : [ { "epoch" : 1, "shards" : 2, "runs" : [ [ 0, 2048 ], [ 1, 2048 ] ] } ],
 *   "checksum" : "crc32c:0a1b2c3d" }
 * </pre>
 *
 * A run is a shard and how many neighbouring slots it has, from slot 0 on. The checksum is over the values, not over the
 * white space: CRC-32C of {@code format;hash;seed;slots} and, for each epoch, {@code ;epoch:shards:shard*slots,...}, in
 * ASCII. Reading is strict: what is unknown, absent, twice or out of range is an error.
 */
final class ShardMapJson {
    private static final int FORMAT = 1;
    private static final String SEED_HEX = Long.toHexString(SlotHash.SEED);
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private ShardMapJson() {}

    /** Of a format that a later version writes; or so it says. */
    static final class LaterFormatException extends IOException {
        private static final long serialVersionUID = 1L;

        LaterFormatException(String message) {
            super(message);
        }
    }

    static byte[] write(ShardHistory history) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            json.writeStartObject();
            json.writeNumberField("format", FORMAT);
            json.writeStringField("hash", SlotHash.NAME);
            json.writeStringField("seed", SEED_HEX);
            json.writeNumberField("slots", SlotHash.SLOTS);
            json.writeArrayFieldStart("epochs");
            for (ShardMap map : history.epochs()) {
                writeEpoch(json, map);
            }
            json.writeEndArray();
            json.writeStringField("checksum", checksum(history));
            json.writeEndObject();
        }
        out.write('\n');
        return out.toByteArray();
    }

    private static void writeEpoch(JsonGenerator json, ShardMap map) throws IOException {
        json.writeStartObject();
        json.writeNumberField("epoch", map.epoch());
        json.writeNumberField("shards", map.shardCount());
        json.writeArrayFieldStart("runs");
        for (int[] run : runs(map)) {
            json.writeArray(run, 0, run.length);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** Pairs of shard and number of slots. */
    private static List<int[]> runs(ShardMap map) {
        List<int[]> runs = new ArrayList<>();
        int[] run = null;
        for (int slot = 0; slot < SlotHash.SLOTS; slot++) {
            if (run == null || run[0] != map.shardOf(slot)) {
                run = new int[] {map.shardOf(slot), 0};
                runs.add(run);
            }
            run[1]++;
        }
        return runs;
    }

    private static String checksum(ShardHistory history) {
        StringBuilder text = new StringBuilder();
        text.append(FORMAT).append(';').append(SlotHash.NAME).append(';');
        text.append(SEED_HEX).append(';').append(SlotHash.SLOTS);
        for (ShardMap map : history.epochs()) {
            text.append(';').append(map.epoch()).append(':').append(map.shardCount());
            char separator = ':';
            for (int[] run : runs(map)) {
                text.append(separator).append(run[0]).append('*').append(run[1]);
                separator = ',';
            }
        }
        CRC32C crc = new CRC32C();
        crc.update(text.toString().getBytes(StandardCharsets.US_ASCII));
        return String.format("crc32c:%08x", crc.getValue());
    }

    /** Reads what {@link #write} wrote. Throws {@link IOException} that says what is wrong, without naming the file. */
    static ShardHistory read(byte[] text) throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            expect(json.nextToken() == JsonToken.START_OBJECT, "it is not a JSON object");
            ShardHistory history = readDocument(json);
            expect(json.nextToken() == null, "something follows the object");
            return history;
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "line " + e.getLocation().getLineNr() + " is not well-formed JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static ShardHistory readDocument(JsonParser json) throws IOException {
        ShardHistory history = null;
        String checksum = null;
        int known = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "format" -> {
                    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getValueAsInt(0) > FORMAT) {
                        throw new LaterFormatException("\"format\" is " + json.getText() + ", understood is " + FORMAT
                                + ": a later version of Evident wrote it");
                    }
                    requireValue(name, Integer.toString(FORMAT), json);
                }
                case "hash" -> requireValue(name, SlotHash.NAME, json);
                case "seed" -> requireValue(name, SEED_HEX, json);
                case "slots" -> requireValue(name, Integer.toString(SlotHash.SLOTS), json);
                case "epochs" -> history = new ShardHistory(readEpochs(json));
                case "checksum" -> checksum = json.getText();
                default -> throw new IOException("\"" + name + "\" is unknown");
            }
            known++;
        }
        // Six names are known and none may stand twice, so fewer than six means that one is missing.
        expect(known == 6, "one of format, hash, seed, slots, epochs, checksum is missing");
        String expected = checksum(history);
        expect(expected.equals(checksum), "the checksum of its values is " + expected + ", it says " + checksum);
        return history;
    }

    private static void requireValue(String name, String understood, JsonParser json) throws IOException {
        String found = json.getText();
        expect(understood.equals(found), "\"" + name + "\" is " + found + ", understood is " + understood);
    }

    private static List<ShardMap> readEpochs(JsonParser json) throws IOException {
        expect(json.currentToken() == JsonToken.START_ARRAY, "\"epochs\" is not an array");
        List<ShardMap> epochs = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken() == JsonToken.START_OBJECT, "an epoch is not an object");
            epochs.add(readEpoch(json));
        }
        return epochs;
    }

    private static ShardMap readEpoch(JsonParser json) throws IOException {
        int epoch = 0;
        int shards = 0;
        int[] slots = new int[0];
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "epoch" -> epoch = readInt(json, name);
                case "shards" -> shards = readInt(json, name);
                case "runs" -> slots = readRuns(json);
                default -> throw new IOException("\"" + name + "\" of an epoch is unknown");
            }
        }
        return ShardMap.of(epoch, shards, slots);
    }

    private static int[] readRuns(JsonParser json) throws IOException {
        expect(json.currentToken() == JsonToken.START_ARRAY, "\"runs\" is not an array");
        int[] slots = new int[SlotHash.SLOTS];
        int assigned = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken() == JsonToken.START_ARRAY, "a run is not an array of shard and slots");
            json.nextToken();
            int shard = readInt(json, "shard of a run");
            json.nextToken();
            int count = readInt(json, "slots of a run");
            expect(json.nextToken() == JsonToken.END_ARRAY, "a run has more than shard and slots");
            expect(count > 0 && count <= slots.length - assigned, "the runs do not add up to " + slots.length);
            Arrays.fill(slots, assigned, assigned + count, shard);
            assigned += count;
        }
        expect(assigned == slots.length, "the runs assign " + assigned + " slots, there are " + slots.length);
        return slots;
    }

    private static int readInt(JsonParser json, String name) throws IOException {
        expect(json.currentToken() == JsonToken.VALUE_NUMBER_INT, "\"" + name + "\" is not a whole number");
        return json.getIntValue();
    }

    private static void expect(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }
}
