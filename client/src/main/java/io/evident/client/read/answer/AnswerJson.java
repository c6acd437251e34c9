package io.evident.client.read.answer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Reads the server's JSON. What it does not know it passes by; what it needs and does not find is a {@link
 * BadAnswerException}, and so is all that is no JSON. Stateless.
 */
public final class AnswerJson {
    private AnswerJson() {}

    /** Reads what it is made for out of an object that has begun. */
    interface Reading<T> {
        T from(JsonInput in) throws IOException;
    }

    private static <T> T read(byte[] json, Reading<T> reading) {
        try (JsonInput in = new JsonInput(json)) {
            T value = reading.from(in);
            in.end();
            return value;
        } catch (IOException notJson) {
            throw new BadAnswerException("the answer is no JSON that Evident writes: " + notJson.getMessage(), notJson);
        }
    }

    /** One event. */
    public static StoredEvent event(byte[] json) {
        return read(json, EventJson::read);
    }

    /** The id of an event whose other members do not matter. */
    public static UUID eventId(byte[] json) {
        return read(json, in -> {
            UUID id = null;
            for (String name = in.nextName(); name != null; name = in.nextName()) {
                if (name.equals("id")) {
                    id = EventJson.id(in.text());
                } else {
                    in.skip();
                }
            }
            return there(id, "id");
        });
    }

    /** An id that stands for itself. */
    public static UUID idOf(String text) {
        return EventJson.id(text);
    }

    /** A page of events. */
    public static EventPage page(byte[] json) {
        return read(json, in -> {
            List<StoredEvent> events = null;
            List<UnreadablePart> unreadable = List.of();
            String cursor = null;
            for (String name = in.nextName(); name != null; name = in.nextName()) {
                switch (name) {
                    case "events" -> events = list(in, EventJson::read);
                    case "cursor" -> cursor = in.textOrNull();
                    case "unreadable" -> unreadable = list(in, AnswerJson::unreadable);
                    default -> in.skip();
                }
            }
            return new EventPage(there(events, "events"), cursor, unreadable);
        });
    }

    /** A count alone. */
    public static EventCount count(byte[] json) {
        return read(json, SummaryJson::read).count();
    }

    /** Counts by the values of a field. */
    public static EventFacets facets(byte[] json) {
        return read(json, SummaryJson::read).facets();
    }

    /** Counts by event time. */
    public static EventHistogram histogram(byte[] json) {
        return read(json, SummaryJson::read).histogram();
    }

    /** How many events a follower is behind. */
    public static long eventsBehind(byte[] json) {
        return read(json, in -> {
            Long behind = null;
            for (String name = in.nextName(); name != null; name = in.nextName()) {
                if (name.equals("eventsBehind")) {
                    behind = in.number();
                } else {
                    in.skip();
                }
            }
            return there(behind, "eventsBehind");
        });
    }

    /**
     * The exception of an answer that is no success.
     *
     * @param body the problem document; anything else is told as such
     * @param retryAfter how long the server asks to wait, or {@code null}
     */
    public static ProblemException problem(int status, byte[] body, Duration retryAfter) {
        ProblemDocument document;
        try {
            document = read(body, AnswerJson::problem);
        } catch (BadAnswerException none) {
            document = new ProblemDocument(ProblemException.NO_TYPE, null, "answered without a problem document");
        }
        return new ProblemException(status, document, retryAfter);
    }

    private static ProblemDocument problem(JsonInput in) throws IOException {
        String type = ProblemException.NO_TYPE;
        String title = "";
        String detail = null;
        String field = null;
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "type" -> type = in.text();
                case "title" -> title = in.text();
                case "detail" -> detail = in.text();
                case "field" -> field = in.textOrNull();
                default -> in.skip();
            }
        }
        return new ProblemDocument(type, field, detail == null ? title : detail);
    }

    /** Reads a list of objects, each begun. */
    static <T> List<T> list(JsonInput in, Reading<T> element) throws IOException {
        List<T> list = new ArrayList<>();
        in.beginArray();
        while (in.nextElement()) {
            in.beginObject();
            list.add(element.from(in));
        }
        return list;
    }

    static UnreadablePart unreadable(JsonInput in) throws IOException {
        Integer shard = null;
        Long fromSequence = null;
        Long toSequence = null;
        Long fromPosition = null;
        Long toPosition = null;
        String reason = "";
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "shard" -> shard = in.smallNumber();
                case "fromSequence" -> fromSequence = in.numberOrNull();
                case "toSequence" -> toSequence = in.numberOrNull();
                case "fromEmergencyPosition" -> fromPosition = in.numberOrNull();
                case "toEmergencyPosition" -> toPosition = in.numberOrNull();
                case "reason" -> reason = in.text();
                default -> in.skip();
            }
        }
        return new UnreadablePart(there(shard, "shard"), fromSequence, toSequence, fromPosition, toPosition, reason);
    }

    static <T> T there(T value, String name) {
        if (value == null) {
            throw new BadAnswerException("the answer has no '" + name + "'");
        }
        return value;
    }
}
