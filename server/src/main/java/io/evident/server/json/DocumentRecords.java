package io.evident.server.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.io.IOException;
import java.io.InputStream;

/**
 * The records of JSON documents: the elements of an array, which is the document or a member of it, or the documents
 * themselves. The parser reads ahead of the record at hand; {@link KeptBytes} keeps what it read until the record is cut
 * out.
 */
final class DocumentRecords implements JsonRecords {
    private static final JsonFactory JSON = new JsonFactory();

    private final KeptBytes kept;
    private final String member;
    private JsonParser parser;
    private boolean inArray;
    private boolean over;
    private long index;

    /**
     * @param member the member of the one document whose array has the records, or {@code null} for an array or objects
     *     at the top
     */
    DocumentRecords(InputStream in, String member) {
        this.kept = new KeptBytes(in);
        this.member = member;
    }

    @Override
    public JsonRecord next() throws IOException {
        if (over) {
            return null;
        }
        try {
            if (parser == null) {
                Refusal refusal = begin();
                if (refusal != null) {
                    return last(refusal);
                }
            }
            return cutNext();
        } catch (JsonProcessingException malformed) {
            return last(Refusal.of(
                    RefusalReason.MALFORMED,
                    malformed.getOriginalMessage() + ", in line "
                            + (malformed.getLocation() == null
                                    ? "1"
                                    : malformed.getLocation().getLineNr())));
        } catch (KeptBytes.TooManyException tooLong) {
            return last(Refusal.of(
                    RefusalReason.EVENT_TOO_LARGE,
                    "a record of this file has more than " + MAX_RECORD_BYTES + " bytes"));
        }
    }

    private Refusal begin() throws IOException {
        parser = JSON.createParser(kept);
        if (member != null) {
            JsonToken token = parser.nextToken();
            while (token == JsonToken.START_OBJECT || token == JsonToken.FIELD_NAME) {
                boolean found =
                        token == JsonToken.FIELD_NAME && parser.currentName().equals(member);
                if (token == JsonToken.FIELD_NAME) {
                    token = parser.nextToken();
                    if (found && token == JsonToken.START_ARRAY) {
                        inArray = true;
                        return null;
                    }
                    kept.forgetBefore(parser.currentLocation().getByteOffset());
                    parser.skipChildren();
                }
                token = parser.nextToken();
            }
            return Refusal.of(RefusalReason.MALFORMED, "the file has no array \"" + member + "\"");
        }
        return null;
    }

    private JsonRecord cutNext() throws IOException {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.START_ARRAY && !inArray && index == 0) {
            inArray = true;
            token = parser.nextToken();
        }
        if (token == null || (inArray && token == JsonToken.END_ARRAY)) {
            return end();
        }
        long line = parser.currentTokenLocation().getLineNr();
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return JsonRecord.refused(
                    index++, line, Refusal.of(RefusalReason.WRONG_TYPE, "a record has to be a JSON object"));
        }
        long from = parser.currentTokenLocation().getByteOffset();
        kept.forgetBefore(from);
        parser.skipChildren();
        long to = parser.currentLocation().getByteOffset();
        byte[] bytes = kept.cut(from, to);
        kept.forgetBefore(to);
        return JsonRecord.of(index++, line, bytes);
    }

    /** Reads on to the very end, so that a file that was cut off does not pass for a whole one. */
    private JsonRecord end() throws IOException {
        JsonToken token = inArray ? parser.nextToken() : null;
        while (token != null) {
            if (member == null) {
                return last(Refusal.of(RefusalReason.MALFORMED, "there is something after the array"));
            }
            kept.forgetBefore(parser.currentLocation().getByteOffset());
            token = parser.nextToken();
        }
        over = true;
        return null;
    }

    private JsonRecord last(Refusal refusal) {
        over = true;
        return JsonRecord.refused(index, 0, refusal);
    }

    @Override
    public void close() throws IOException {
        if (parser != null) {
            parser.close();
        }
        kept.close();
    }
}
