package io.evident.ingest.http.endpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.ingest.http.RequestBody;
import io.evident.pipeline.retention.RetentionHold;
import io.evident.pipeline.retention.RetentionRule;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What a body says about a rule or a hold, or why it is refused.
 *
 * @param keepForSeconds 0 when nothing is said about it
 * @param keepBytes the same
 * @param reason {@code null} when nothing is said about it
 * @param refusal {@code null} when all is well
 */
record RetentionBody(long keepForSeconds, long keepBytes, String reason, Refusal refusal) {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final String KEEP_FOR = "keepFor";
    private static final String KEEP_BYTES = "keepBytes";
    private static final String REASON = "reason";
    private static final RetentionBody NOTHING = new RetentionBody(0, 0, null, null);
    private static final Refusal NO_RULE = Refusal.of(
            RefusalReason.MALFORMED, "an object is wanted: {\"keepFor\": \"400d\", \"keepBytes\": 10000000000}");
    private static final Refusal NO_HOLD =
            Refusal.of(RefusalReason.MALFORMED, "an object is wanted: {\"reason\": \"why it is held\"}");

    private interface Member {
        /** Reads a member's value; {@code null} when there is no such member. */
        RetentionBody read(RetentionBody before, String name, JsonParser json) throws IOException;
    }

    static RetentionBody ofRule(RequestBody body) {
        RetentionBody said = read(body, NO_RULE, RetentionBody::ruleMember);
        return said.refusal == null && said.keepForSeconds == 0 && said.keepBytes == 0
                ? refused(
                        RefusalReason.MISSING_FIELD,
                        KEEP_FOR,
                        "or keepBytes is needed: a rule says how long, or how much")
                : said;
    }

    static RetentionBody ofHold(RequestBody body) {
        RetentionBody said = read(body, NO_HOLD, RetentionBody::holdMember);
        return said.refusal == null && said.reason == null
                ? refused(RefusalReason.MISSING_FIELD, REASON, "is needed: whoever releases the hold later will ask")
                : said;
    }

    private static RetentionBody read(RequestBody body, Refusal otherwise, Member member) {
        RetentionBody none = new RetentionBody(0, 0, null, otherwise);
        try (JsonParser json = JSON.createParser(body.bytes(), 0, body.length())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return none;
            }
            RetentionBody said = NOTHING;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                said = member.read(said, name, json);
                if (said == null) {
                    return refused(RefusalReason.UNKNOWN_FIELD, name, "is unknown here");
                }
                if (said.refusal != null) {
                    return said;
                }
            }
            return json.nextToken() == null ? said : none;
        } catch (JsonProcessingException e) {
            return none;
        } catch (IOException impossible) {
            throw new UncheckedIOException("reading from memory failed", impossible);
        }
    }

    private static RetentionBody ruleMember(RetentionBody before, String name, JsonParser json) throws IOException {
        return switch (name) {
            case KEEP_FOR -> before.withKeepFor(json);
            case KEEP_BYTES -> before.withKeepBytes(json);
            default -> null;
        };
    }

    private static RetentionBody holdMember(RetentionBody before, String name, JsonParser json) throws IOException {
        if (!name.equals(REASON)) {
            return null;
        }
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            return refused(RefusalReason.WRONG_TYPE, REASON, "has to be a text");
        }
        String reason = json.getText();
        return reason.isBlank() || reason.length() > RetentionHold.MAX_REASON
                ? refused(
                        RefusalReason.INVALID_VALUE,
                        REASON,
                        "has to have 1 to " + RetentionHold.MAX_REASON + " characters")
                : new RetentionBody(0, 0, reason, null);
    }

    private RetentionBody withKeepFor(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            return refused(RefusalReason.WRONG_TYPE, KEEP_FOR, "has to be a text such as 400d, 12h or 90m");
        }
        long seconds = RetentionRule.seconds(json.getText());
        return seconds < RetentionRule.LEAST_SECONDS || seconds > RetentionRule.MOST_SECONDS
                ? refused(RefusalReason.INVALID_VALUE, KEEP_FOR, "has to be 1m to 36525d, such as 400d, 12h or 90m")
                : new RetentionBody(seconds, keepBytes, reason, null);
    }

    private RetentionBody withKeepBytes(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            return refused(RefusalReason.WRONG_TYPE, KEEP_BYTES, "has to be a whole number of bytes");
        }
        boolean fits = json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                && json.getLongValue() >= 1
                && json.getLongValue() <= RetentionRule.MOST_BYTES;
        return fits
                ? new RetentionBody(keepForSeconds, json.getLongValue(), reason, null)
                : refused(RefusalReason.INVALID_VALUE, KEEP_BYTES, "has to be 1 to " + RetentionRule.MOST_BYTES);
    }

    private static RetentionBody refused(RefusalReason reason, String field, String detail) {
        return new RetentionBody(0, 0, null, new Refusal(reason, field, detail));
    }
}
