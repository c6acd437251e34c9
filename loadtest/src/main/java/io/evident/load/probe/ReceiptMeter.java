package io.evident.load.probe;

import io.evident.event.Tier;
import java.io.IOException;
import java.net.URI;

/** Asks a server at both ends of a run how long receipts took by its own clock. One thread. */
public final class ReceiptMeter {
    private final URI server;
    private final Tier tier;
    private ReceiptTimes begin = ReceiptTimes.UNKNOWN;
    private ReceiptTimes end = ReceiptTimes.UNKNOWN;

    /**
     * @param server {@code null} for none, of which nothing is told
     * @param tier of the run's receipts
     */
    public ReceiptMeter(URI server, Tier tier) {
        this.server = server;
        this.tier = tier;
    }

    /** The measured time begins. */
    public void begin() throws IOException {
        begin = ask();
    }

    /** The measured time ends. */
    public void end() throws IOException {
        end = ask();
    }

    private ReceiptTimes ask() throws IOException {
        return server == null ? ReceiptTimes.UNKNOWN : ReceiptTimes.ask(server, tier);
    }

    /** Of receipts written in the measured time. */
    public ReceiptTimes times() {
        return end.since(begin);
    }
}
