package io.evident.storage.index.active;

import io.evident.event.EventField;
import io.evident.event.EventView;
import io.evident.event.Outcome;
import io.evident.event.Severity;
import io.evident.pipeline.filter.IpKey;
import io.evident.pipeline.journal.Block;
import io.evident.storage.index.part.IndexField;
import java.util.Arrays;

/** The terms of a block's events, gathered field by field. Used for block after block, by one thread. */
public final class BlockTerms {
    private static final int MAX_KEY_BYTES = 257;
    private static final int FIRST_KEYS = 32;

    private final TermPlaces[] places = new TermPlaces[IndexField.fieldCount()];
    private final IpKey ip = new IpKey();
    private final byte[] codes = new byte[Math.max(Outcome.values().length, Severity.values().length)];
    private byte[] keys = new byte[FIRST_KEYS * MAX_KEY_BYTES];
    private int keyEnd;

    public BlockTerms() {
        for (int i = 0; i < places.length; i++) {
            places[i] = new TermPlaces(i == 0 ? null : places[0]);
        }
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) i;
        }
    }

    void begin() {
        keyEnd = 0;
    }

    /** Takes the terms of an event, counted from the block's first; all but its labels. */
    void take(int event, EventView from) {
        if (event >= Block.MAX_EVENTS) {
            throw new IllegalStateException("a block of more than " + Block.MAX_EVENTS + " events");
        }
        for (int i = 0; i < places.length; i++) {
            IndexField field = IndexField.at(i);
            EventField text = field.text();
            if (text != null) {
                int length = from.fieldLength(text);
                boolean absent = length == 0 && field != IndexField.RESOURCE_TYPE && field != IndexField.RESOURCE_ID;
                places[i].set(event, from.fieldOffset(text), absent ? -1 : length);
            }
        }
        takeKey(event, from);
        Outcome outcome = from.outcome();
        places[IndexField.OUTCOME.ordinal()].set(
                event, outcome == null ? 0 : outcome.ordinal(), outcome == null ? -1 : 1);
        Severity severity = from.severity();
        places[IndexField.SEVERITY.ordinal()].set(
                event, severity == null ? 0 : severity.ordinal(), severity == null ? -1 : 1);
    }

    /** Takes an event that was removed: its tenant is the term of no bytes, and there is no other. */
    void takeRemoved(int event) {
        for (TermPlaces each : places) {
            each.set(event, 0, -1);
        }
        places[IndexField.TENANT.ordinal()].set(event, 0, 0);
    }

    private void takeKey(int event, EventView from) {
        TermPlaces to = places[IndexField.IP.ordinal()];
        if (!from.has(EventField.ACTOR_IP)) {
            to.set(event, 0, -1);
            return;
        }
        ip.read(from.bytes(), from.fieldOffset(EventField.ACTOR_IP), from.fieldLength(EventField.ACTOR_IP));
        if (keys.length - keyEnd < ip.length()) {
            keys = Arrays.copyOf(keys, keys.length * 2);
        }
        System.arraycopy(ip.bytes(), 0, keys, keyEnd, ip.length());
        to.set(event, keyEnd, ip.length());
        keyEnd += ip.length();
    }

    TermPlaces places(IndexField field) {
        return places[field.ordinal()];
    }

    /** What the places of a field are in: the block's own bytes, or what was made of them. */
    byte[] bytes(IndexField field, byte[] block) {
        return switch (field) {
            case IP -> keys;
            case OUTCOME, SEVERITY -> codes;
            default -> block;
        };
    }
}
