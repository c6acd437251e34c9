package io.evident.ingest.http.endpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import io.evident.event.json.EventJsonWriter;
import io.evident.ingest.http.Endpoint;
import io.evident.ingest.http.Exchange;
import io.evident.ingest.http.HttpAnswer;
import io.evident.ingest.http.intake.EventMedia;
import io.evident.pipeline.control.ResizeAnswer;
import io.evident.pipeline.control.ShardControl;
import io.evident.pipeline.control.ShardOverview;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * {@code /v1/admin/shards}: shows the shards, and makes them more or fewer. For callers that may administer. Thread-safe.
 */
final class ShardPages {
    private static final String SHARDS = "shards";
    private static final JsonFactory JSON = new JsonFactory();
    private static final Refusal ABSENT =
            Refusal.of(RefusalReason.NOT_FOUND, "this server has no control over its shards");
    private static final Refusal FORBIDDEN =
            Refusal.of(RefusalReason.FORBIDDEN, "the caller may not administer this server");
    private static final Refusal NO_JSON =
            new Refusal(RefusalReason.UNSUPPORTED_MEDIA_TYPE, "Content-Type", "has to be application/json");
    private static final Refusal NO_NUMBER = new Refusal(
            RefusalReason.INVALID_VALUE, SHARDS, "is wanted as a whole number, and nothing else: {\"shards\": 8}");

    private ShardPages() {}

    private abstract static class Page implements Endpoint {
        final ShardControl control;

        Page(ShardControl control) {
            this.control = control;
        }

        @Override
        public Refusal check(Exchange exchange) {
            if (control == null) {
                return ABSENT;
            }
            return exchange.principal().mayAdminister() ? exchange.parameters().refusal() : FORBIDDEN;
        }
    }

    /** Shows them. */
    static Endpoint show(ShardControl control) {
        return new Page(control) {
            @Override
            public void handle(Exchange exchange) {
                exchange.answer(HttpAnswer.json(200, json(control.overview())));
            }
        };
    }

    /** Changes their number; the answer comes when it is done. */
    static Endpoint resize(ShardControl control) {
        return new Page(control) {
            @Override
            public Refusal check(Exchange exchange) {
                Refusal refusal = super.check(exchange);
                // A page of another site may have a browser on this machine post, but not JSON.
                return refusal == null && EventMedia.of(exchange.contentType()) != EventMedia.JSON ? NO_JSON : refusal;
            }

            @Override
            public void handle(Exchange exchange) {
                int shards = wanted(exchange.body().bytes(), exchange.body().length());
                if (shards < 0) {
                    exchange.refuse(NO_NUMBER);
                    return;
                }
                ShardControl.Caller caller = new ShardControl.Caller(
                        exchange.principal().name(),
                        exchange.remote().getAddress().getHostAddress());
                control.resize(shards, caller, answer -> answer(exchange, answer));
            }
        };
    }

    private static void answer(Exchange exchange, ResizeAnswer answer) {
        if (answer instanceof ResizeAnswer.Refused refused) {
            exchange.refuse(refused.refusal());
        } else if (answer instanceof ResizeAnswer.Done done) {
            exchange.answer(HttpAnswer.json(200, json(done)));
        }
    }

    /** The one member of the body; -1 when the body is anything else. */
    private static int wanted(byte[] body, int length) {
        try (JsonParser json = JSON.createParser(body, 0, length)) {
            boolean begins = json.nextToken() == JsonToken.START_OBJECT
                    && json.nextToken() == JsonToken.FIELD_NAME
                    && json.currentName().equals(SHARDS)
                    && json.nextToken() == JsonToken.VALUE_NUMBER_INT;
            int shards = begins ? json.getIntValue() : -1;
            return json.nextToken() == JsonToken.END_OBJECT && json.nextToken() == null ? shards : -1;
        } catch (JsonProcessingException e) {
            // No JSON, or a number that no int holds: the caller says what would be right.
            return -1;
        } catch (IOException impossible) {
            throw new UncheckedIOException("reading from memory failed", impossible);
        }
    }

    private static byte[] json(ShardOverview overview) {
        return json(out -> {
            out.writeNumberField("epoch", overview.epoch());
            out.writeNumberField("active", overview.active());
            out.writeArrayFieldStart(SHARDS);
            for (ShardOverview.Shard shard : overview.shards()) {
                out.writeStartObject();
                out.writeNumberField("shard", shard.shard());
                out.writeNumberField("slots", shard.slots());
                out.writeNumberField("events", shard.events());
                out.writeStringField("state", shard.state());
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }

    private static byte[] json(ResizeAnswer.Done done) {
        return json(out -> {
            out.writeNumberField("epoch", done.epoch());
            out.writeNumberField("from", done.from());
            out.writeNumberField(SHARDS, done.shards());
            out.writeNumberField("slotsMoved", done.slotsMoved());
        });
    }

    private interface Members {
        void writeTo(JsonGenerator out) throws IOException;
    }

    private static byte[] json(Members members) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = EventJsonWriter.generator(bytes)) {
            out.writeStartObject();
            members.writeTo(out);
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return bytes.toByteArray();
    }
}
