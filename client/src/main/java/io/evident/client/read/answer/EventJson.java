package io.evident.client.read.answer;

import io.evident.event.AuditEvent;
import io.evident.event.EventIdText;
import io.evident.event.Lane;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Reads one stored event. Unlike the server's reader it passes by what it does not know: a later server may add members.
 * For one event.
 */
final class EventJson {
    private final JsonInput in;

    private UUID id;
    private Long timeNs;
    private String tenant;
    private String stream;
    private String actorId;
    private String actorIp;
    private String actorAgent;
    private String action;
    private String category;
    private String resourceType;
    private String resourceId;
    private Outcome outcome;
    private Severity severity;
    private List<String> labels = List.of();
    private String attributes;
    private Long receivedTimeNs;
    private String receivedFrom;
    private Long shard;
    private Long incarnation;
    private Long epoch;
    private Long sequence;
    private Long emergencyPosition;
    private Lane lane;

    private EventJson(JsonInput in) {
        this.in = in;
    }

    /** Reads the members of an object that has begun, and its end. */
    static StoredEvent read(JsonInput in) throws IOException {
        EventJson json = new EventJson(in);
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            json.member(name);
        }
        return json.event();
    }

    /** The text of an id as the id. */
    static UUID id(String text) {
        UUID id = EventIdText.idOf(text);
        if (id == null) {
            throw new BadAnswerException("an event of the answer has the id '" + text + "', which is no UUID");
        }
        return id;
    }

    private void member(String name) throws IOException {
        switch (name) {
            case "id" -> id = id(in.text());
            case "time" -> timeNs = in.timeNs();
            case "tenant" -> tenant = in.text();
            case "stream" -> stream = in.text();
            case "actor" -> actor();
            case "action" -> action = in.text();
            case "category" -> category = in.text();
            case "resource" -> resource();
            case "outcome" -> outcome = known(Outcome.ofText(in.text()), name);
            case "severity" -> severity = known(Severity.ofText(in.text()), name);
            case "labels" -> labels = labels();
            case "attributes" -> attributes = in.rawObject();
            default -> serverMember(name);
        }
    }

    private void serverMember(String name) throws IOException {
        switch (name) {
            case "receivedTime" -> receivedTimeNs = in.timeNs();
            case "receivedFrom" -> receivedFrom = in.text();
            case "shard" -> shard = (long) in.smallNumber();
            case "incarnation" -> incarnation = (long) in.smallNumber();
            case "epoch" -> epoch = (long) in.smallNumber();
            case "sequence" -> sequence = in.numberOrNull();
            case "emergencyPosition" -> emergencyPosition = in.numberOrNull();
            case "lane" -> lane = known(lane(in.text()), name);
            default -> in.skip();
        }
    }

    private void actor() throws IOException {
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "id" -> actorId = in.text();
                case "ip" -> actorIp = in.text();
                case "agent" -> actorAgent = in.text();
                default -> in.skip();
            }
        }
    }

    private void resource() throws IOException {
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "type" -> resourceType = in.text();
                case "id" -> resourceId = in.text();
                default -> in.skip();
            }
        }
    }

    private List<String> labels() throws IOException {
        List<String> read = new ArrayList<>();
        in.beginArray();
        while (in.nextElement()) {
            read.add(in.text());
        }
        return read;
    }

    private static Lane lane(String text) {
        for (Lane lane : Lane.values()) {
            if (lane.text().equals(text)) {
                return lane;
            }
        }
        return null;
    }

    private static <T> T known(T value, String name) {
        if (value == null) {
            throw new BadAnswerException(
                    "an event of the answer has a value for '" + name + "' that is not known here");
        }
        return value;
    }

    private static <T> T there(T value, String name) {
        if (value == null) {
            throw new BadAnswerException("an event of the answer has no '" + name + "'");
        }
        return value;
    }

    private StoredEvent event() {
        AuditEvent event = new AuditEvent(
                there(id, "id"),
                there(timeNs, "time"),
                there(tenant, "tenant"),
                stream,
                there(actorId, "actor.id"),
                actorIp,
                actorAgent,
                there(action, "action"),
                category,
                there(resourceType, "resource.type"),
                there(resourceId, "resource.id"),
                there(outcome, "outcome"),
                there(severity, "severity"),
                labels,
                attributes);
        return new StoredEvent(
                event,
                there(receivedTimeNs, "receivedTime"),
                receivedFrom,
                there(shard, "shard").intValue(),
                there(incarnation, "incarnation").intValue(),
                there(epoch, "epoch").intValue(),
                sequence,
                emergencyPosition,
                there(lane, "lane"));
    }
}
