package io.evident.load.probe;

import io.evident.event.Tier;
import java.io.IOException;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a server at both ends of a run how long receipts took by its own clock. One thread. */
public final class ReceiptMeter {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiptMeter.class);

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
    public void begin() {
        begin = ask();
    }

    /** The measured time ends. */
    public void end() {
        end = ask();
    }

    private ReceiptTimes ask() {
        if (server == null) {
            return ReceiptTimes.UNKNOWN;
        }
        try {
            return ReceiptTimes.ask(server, tier);
        } catch (IOException e) {
            LOG.warn("the server does not say how long its receipts took: {}", e.toString());
            return ReceiptTimes.UNKNOWN;
        }
    }

    /** Of receipts written in the measured time. */
    public ReceiptTimes times() {
        // One look tells of all the time since the server's start.
        return begin.isKnown() ? end.since(begin) : ReceiptTimes.UNKNOWN;
    }
}
