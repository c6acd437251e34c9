package io.evident.load.check;

import io.evident.event.AuditEvent;
import io.evident.event.json.EventJsonWriter;
import io.evident.load.http.HttpConnection;
import io.evident.load.pool.EventPool;
import io.evident.load.target.Totals;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What was read back after a run, against its receipts: there have to be as many events, and those of a sample have to be
 * what was sent, byte for byte in all that the sender supplied.
 *
 * @param least events that have to be there: those with receipts
 * @param most events that may be there: also those of which nobody knows
 * @param stored events that are there
 * @param compared events of the sample that were asked for
 * @param expired those of them that are not there any more and need not be
 * @param wrong of the sample, what was missing or different: nothing, if all is well
 */
public record ReadBack(long least, long most, long stored, int compared, int expired, List<String> wrong) {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int MOST_TOLD = 5;

    /** Says how many events are there. */
    public interface Stored {
        long events() throws IOException;
    }

    /**
     * Reads back.
     *
     * @param stored events of the run that are there, or have been when they may expire
     * @param all outcomes of the whole run
     * @param maySettle whether events may take a moment to be found, as those of the tier ACCEPTED: what was journaled is found
     *     at once
     * @param mayExpire whether an event of the sample need not be there any more
     */
    public static ReadBack of(
            Stored stored,
            Totals all,
            List<UUID> sample,
            EventPool pool,
            URI server,
            boolean maySettle,
            boolean mayExpire)
            throws IOException {
        long least = all.allReceipts() - all.duplicates();
        long deadline = System.nanoTime() + PATIENCE_NS;
        long there = stored.events();
        while (maySettle && there < least && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(PAUSE_NS);
            there = stored.events();
        }
        List<String> wrong = new ArrayList<>();
        int expired = compare(sample, pool, server, mayExpire, wrong);
        return new ReadBack(least, least + all.allFailed(), there, sample.size(), expired, wrong);
    }

    /** Adds what is wrong; returns how many have expired. */
    private static int compare(List<UUID> sample, EventPool pool, URI server, boolean mayExpire, List<String> wrong)
            throws IOException {
        int expired = 0;
        try (HttpConnection connection = HttpConnection.open(server)) {
            for (UUID id : sample) {
                int status = connection.get("/v1/events/" + id);
                if (status == NOT_FOUND && mayExpire) {
                    expired++;
                } else if (status != OK) {
                    wrong.add(id + " was answered " + status);
                } else if (!isAsSent(pool.eventOf(id), connection.bodyText())) {
                    wrong.add(id + " is not as it was sent: " + connection.bodyText());
                }
            }
        }
        return expired;
    }

    /** What a sender supplies stands first, as it was sent; only a time that it left out is filled in before. */
    static boolean isAsSent(AuditEvent sent, String served) {
        String text = new String(EventJsonWriter.asSent().toBytes(sent), StandardCharsets.UTF_8);
        String supplied = text.substring(0, text.length() - 1) + ",\"receivedTime\":";
        String compared = sent.timeNs() == null ? served.replaceFirst(",\"time\":\"[^\"]*\"", "") : served;
        return compared.startsWith(supplied);
    }

    /** Whether the receipts were true. */
    public boolean isRight() {
        return stored >= least && stored <= most && wrong.isEmpty();
    }

    /** For people: a line. */
    public String text() {
        String expected = least == most
                ? String.format(Locale.ROOT, "%,d", least)
                : String.format(Locale.ROOT, "%,d to %,d (some have an unknown outcome)", least, most);
        String counted = String.format(
                Locale.ROOT,
                "read back: %,d events are there, %s have to be; %,d of a sample compared%s, %,d wrong",
                stored,
                expected,
                compared - expired,
                expired == 0 ? "" : String.format(Locale.ROOT, ", %,d have expired", expired),
                wrong.size());
        return isRight()
                ? counted
                : "MISMATCH, " + counted
                        + wrong.stream()
                                .limit(MOST_TOLD)
                                .map(each -> "; " + each)
                                .reduce("", String::concat);
    }
}
