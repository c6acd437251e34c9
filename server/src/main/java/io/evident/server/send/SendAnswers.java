package io.evident.server.send;

import io.evident.event.Receipt;

/** Hears what became of each event; any thread may call it. */
public interface SendAnswers {
    /** The event is as safe as the receipt says. */
    void receipt(OutgoingEvent event, Receipt receipt);

    /** The event was not accepted, or it is not known whether it was. */
    void refusal(OutgoingEvent event, SendRefusal refusal);
}
