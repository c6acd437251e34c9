package io.evident.server.simulation;

import io.evident.event.Lane;
import io.evident.event.Receipt;
import io.evident.event.RefusalReason;
import io.evident.event.Tier;
import io.evident.server.simulation.Claimed.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Stands outside and remembers what was sent and what was answered. Each receipt is held against what was promised before;
 * after each start {@link JournalCheck} holds the journal against both. The first thing wrong is kept, as the road would
 * swallow what a sink throws.
 */
final class Oracle {
    private final Trace trace;
    private final List<Sending> sendings = new ArrayList<>();
    private final Map<String, Claimed> claims = new LinkedHashMap<>();
    /** Whose an identity is; also of events that were lost. */
    private final Map<Identity, Claimed> owners = new HashMap<>();
    /** Whether the machine has ever lost something that was not forced. */
    private boolean machineLost;
    /** Whether what was only JOURNALED may be gone since the last start. */
    private boolean journaledMayBeLost;

    /** Whether a copy of an emergency journal was ever lost or damaged. */
    private boolean copyHarmed;
    /** Lives and their shards that failed. */
    private final Set<Long> failed = new HashSet<>();

    private String wrong;

    Oracle(Trace trace) {
        this.trace = trace;
    }

    /** The first contradiction, or {@code null}. */
    String wrong() {
        return wrong;
    }

    void wrong(String what) {
        if (wrong == null) {
            wrong = what;
        }
    }

    List<Sending> sendings() {
        return sendings;
    }

    Iterable<Claimed> claims() {
        return claims.values();
    }

    boolean machineLost() {
        return machineLost;
    }

    boolean copyHarmed() {
        return copyHarmed;
    }

    /** A copy of an emergency journal is lost or damaged. */
    void harmCopy() {
        copyHarmed = true;
    }

    /** A shard failed in a life. */
    void shardFailed(int life, int shard) {
        failed.add(((long) life << 32) | shard);
        for (Sending sending : sendings) {
            // It had its receipt before it was written, so nobody is told that the outcome is unknown.
            if (sending.life() == life && sending.tier() == Tier.ACCEPTED) {
                sending.claimed().inDoubt();
            }
        }
    }

    /** A power cut took blocks of a shard, and left later ones. */
    void orderLost(int shard) {
        int lives = sendings.isEmpty() ? 0 : sendings.get(sendings.size() - 1).life();
        for (int life = 1; life <= lives; life++) {
            shardFailed(life, shard);
        }
    }

    boolean hasFailed(int life, int shard) {
        return failed.contains(((long) life << 32) | shard);
    }

    boolean journaledMayBeLost() {
        return journaledMayBeLost;
    }

    Sending send(SimEvent event, int client, int life, Tier tier, long begun) {
        Claimed claimed = claims.computeIfAbsent(event.tenant() + event.id(), key -> new Claimed());
        if (!claimed.contents().contains(event)) {
            claimed.contents().add(event);
        }
        Sending sending = new Sending(sendings.size(), claimed, event, client, life, tier, begun);
        sendings.add(sending);
        trace.add("send", event.lane().text(), sending.serial());
        return sending;
    }

    void receipt(int serial, Identity identity, Tier tier, Lane lane, boolean duplicate) {
        Sending sending = sendings.get(serial);
        trace.add("receipt", tier.name(), serial);
        if (sending.answer() != Sending.Answer.NONE) {
            wrong("answered twice, the second time with a receipt: " + sending);
        }
        if (tier.compareTo(sending.tier()) < 0 || lane != sending.event().lane()) {
            wrong("contract 1: a receipt of tier " + tier + ", lane " + lane + " for " + sending);
        }
        sending.receipt(duplicate);
        if (tier == Tier.ACCEPTED) {
            return;
        }
        if (identity.sequence() == Receipt.NO_SEQUENCE) {
            wrong("contract 4: a receipt without a sequence for " + sending);
            return;
        }
        if (identity.isPosition() && (lane != Lane.CRITICAL || tier != Tier.SYNCED)) {
            wrong("contract 1: at a position of the emergency journal with tier " + tier + ": " + sending);
        }
        Promise promise = tier == Tier.JOURNALED ? Promise.JOURNALED : Promise.SYNCED;
        promise(sending.claimed(), promise, sending.event(), identity, "the receipt of " + sending);
        if (!duplicate) {
            storedBy(sending);
        }
    }

    /** The sending that was stored; every other one of the same event is a duplicate. */
    void storedBy(Sending sending) {
        String contradiction = sending.claimed().storedBy(sending.serial());
        if (contradiction != null) {
            wrong("contract 3: " + contradiction + ": " + sending.event());
        }
    }

    void promise(Claimed claimed, Promise promise, SimEvent content, Identity identity, String by) {
        String contradiction = claimed.promise(promise, content, identity);
        if (contradiction != null) {
            wrong("contract 2: " + contradiction + ", by " + by);
        }
        if (owners.putIfAbsent(identity, claimed) != null && owners.get(identity) != claimed) {
            wrong("contract 4: identity " + identity + " belongs to two events, by " + by);
        }
    }

    void refusal(int serial, RefusalReason reason) {
        Sending sending = sendings.get(serial);
        trace.add("refusal", reason.text(), serial);
        if (sending.answer() != Sending.Answer.NONE) {
            wrong("answered twice, the second time with " + reason + ": " + sending);
        }
        if (reason == RefusalReason.ID_CONFLICT && sending.claimed().contents().size() < 2) {
            wrong("a conflict with nothing: " + sending);
        }
        if ((reason.sendersFault() && reason != RefusalReason.ID_CONFLICT) || reason == RefusalReason.INTERNAL) {
            wrong("refused for " + reason + ": " + sending);
        }
        sending.refusal(reason);
        if (sending.answer() == Sending.Answer.UNKNOWN) {
            sending.claimed().inDoubt();
        }
    }

    /** Power failed. */
    void powerCut() {
        machineLost = true;
        journaledMayBeLost = true;
    }

    /** A force failed: what it was to write may be gone, or not be on the disk although it can be read. */
    void forceFailed() {
        machineLost = true;
        journaledMayBeLost = true;
    }

    /** The server ended well, and so everything that was journaled is forced. */
    void stoppedCleanly() {
        for (Claimed claimed : claims.values()) {
            if (claimed.promise() == Promise.JOURNALED) {
                claimed.promise(Promise.SYNCED, claimed.promised(), claimed.identity());
            }
        }
    }

    /** A start is complete: what was found by it stays. */
    void started() {
        journaledMayBeLost = false;
    }
}
