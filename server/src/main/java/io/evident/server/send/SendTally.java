package io.evident.server.send;

import io.evident.event.Receipt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the answers of one {@code send}. Thread-safe. */
public final class SendTally implements SendAnswers {
    private static final int SHOWN_REFUSALS = 10;

    private final ReceiptFile receipts;
    private final Map<String, Long> byTier = new TreeMap<>();
    private final Map<String, Long> byReason = new TreeMap<>();
    private final List<Map<String, Object>> firstRefusals = new ArrayList<>();
    private long accepted;
    private long duplicates;
    private long refused;

    /** Receipts also go to a file, unless it is {@code null}. */
    public SendTally(ReceiptFile receipts) {
        this.receipts = receipts;
    }

    @Override
    public synchronized void receipt(OutgoingEvent event, Receipt receipt) {
        accepted++;
        byTier.merge(receipt.tier().text(), 1L, Long::sum);
        if (receipt.duplicate()) {
            duplicates++;
        }
        if (receipts != null) {
            receipts.write(event, receipt);
        }
    }

    @Override
    public void refusal(OutgoingEvent event, SendRefusal refusal) {
        refusal(event.place(), refusal);
    }

    /** A record that was never sent, because it is no event. */
    public synchronized void refusal(String place, SendRefusal refusal) {
        refused++;
        byReason.merge(refusal.reason(), 1L, Long::sum);
        if (firstRefusals.size() < SHOWN_REFUSALS) {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("place", place);
            shown.put("reason", refusal.reason());
            if (refusal.field() != null) {
                shown.put("field", refusal.field());
            }
            shown.put("detail", refusal.detail());
            firstRefusals.add(shown);
        }
    }

    /** Events answered so far, with a receipt or a refusal. */
    public synchronized long answered() {
        return accepted + refused;
    }

    public synchronized long refused() {
        return refused;
    }

    /** Everything, for machines. */
    public synchronized Map<String, Object> summary(int files, double seconds) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("files", files);
        summary.put("events", accepted + refused);
        summary.put("accepted", accepted);
        summary.put("receipts", new TreeMap<>(byTier));
        summary.put("duplicates", duplicates);
        summary.put("refused", refused);
        summary.put("refusals", new TreeMap<>(byReason));
        summary.put("firstRefusals", new ArrayList<>(firstRefusals));
        summary.put("seconds", Math.round(seconds * 1000) / 1000.0);
        return summary;
    }

    /** The same, for people. */
    public synchronized List<String> lines(int files, double seconds) {
        List<String> lines = new ArrayList<>();
        long events = accepted + refused;
        lines.add(String.format(
                "%,d events of %,d file%s in %.1f s (%,.0f events/s)",
                events, files, files == 1 ? "" : "s", seconds, seconds > 0 ? events / seconds : 0));
        byTier.forEach((tier, count) -> lines.add(String.format("  %,10d %s", count, tier)));
        if (duplicates > 0) {
            lines.add(String.format("  %,10d of these were there already (duplicates)", duplicates));
        }
        byReason.forEach((reason, count) -> lines.add(String.format("  %,10d refused: %s", count, reason)));
        for (Map<String, Object> refusal : firstRefusals) {
            String field = refusal.containsKey("field") ? refusal.get("field") + " " : "";
            lines.add("    " + refusal.get("place") + ": " + field + refusal.get("detail"));
        }
        if (refused > firstRefusals.size()) {
            lines.add(String.format("    and %,d more", refused - firstRefusals.size()));
        }
        return lines;
    }
}
