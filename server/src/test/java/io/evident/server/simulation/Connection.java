package io.evident.server.simulation;

import io.evident.event.Lane;
import io.evident.event.Refusal;
import io.evident.event.Tier;
import io.evident.pipeline.admission.Intake;
import io.evident.pipeline.admission.Principal;
import io.evident.pipeline.receipt.ReceiptSink;

/** A client's connection to one life of the server. An answer of a dead server reaches nobody. */
final class Connection implements ReceiptSink {
    private final Life life;
    private final Oracle oracle;
    private final Senders senders;
    private final int client;
    private final Intake intake;
    private boolean busy;

    Connection(Life life, Oracle oracle, Senders senders, int client) {
        this.life = life;
        this.oracle = oracle;
        this.senders = senders;
        this.client = client;
        this.intake = new Intake(Principal.anonymous(), "192.0.2." + client + ":4711", false);
    }

    /** Offers an event, unless this connection is just offering one; returns the sending, or {@code null}. */
    Sending offer(SimEvent event, Tier tier) {
        if (busy) {
            return null;
        }
        busy = true;
        try {
            Sending sending = oracle.send(event, client, life.number(), tier, life.moments());
            life.offer(intake, sending, this);
            return sending;
        } finally {
            busy = false;
        }
    }

    @Override
    public void receipt(
            int index,
            long idHigh,
            long idLow,
            int shard,
            int incarnation,
            long sequence,
            Tier tier,
            Lane lane,
            boolean duplicate) {
        if (life.isDead()) {
            return;
        }
        life.elsewhere();
        oracle.receipt(index, new Identity(shard, incarnation, sequence), tier, lane, duplicate);
        if (tier != Tier.ACCEPTED) {
            life.requireVisible(oracle.sendings().get(index));
        }
        life.elsewhere();
    }

    @Override
    public void refusal(int index, long idHigh, long idLow, Refusal refusal) {
        if (life.isDead()) {
            return;
        }
        oracle.refusal(index, refusal.reason());
        life.requireMayRefuse(oracle.sendings().get(index), refusal.reason());
        if (refusal.reason().retryable()) {
            senders.unsettled(oracle.sendings().get(index).event());
        }
        life.elsewhere();
    }

    @Override
    public void flush() {
        // Answers arrive at once.
    }
}
