package io.evident.load.ledger;

import io.evident.event.Tier;
import io.evident.server.json.JsonLine;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a comparison came to: numbers, and the first findings in words. Bound to one thread. */
final class CheckResult {
    private static final int MOST_TOLD = 20;

    private final Map<Tier, Long> receipts = new EnumMap<>(Tier.class);
    private final Map<Tier, Long> missing = new EnumMap<>(Tier.class);
    private final Map<Finding, Long> findings = new EnumMap<>(Finding.class);
    private final List<String> told = new ArrayList<>();
    private long duplicateReceipts;
    private long stored;
    private long refused;
    private long unknown;
    private long unknownStored;
    private long holes;

    CheckResult() {
        for (Tier tier : Tier.values()) {
            receipts.put(tier, 0L);
            missing.put(tier, 0L);
        }
        for (Finding finding : Finding.values()) {
            findings.put(finding, 0L);
        }
    }

    void countReceipt(Tier tier, boolean duplicate) {
        receipts.merge(tier, 1L, Long::sum);
        duplicateReceipts += duplicate ? 1 : 0;
    }

    void countMissing(Tier tier) {
        missing.merge(tier, 1L, Long::sum);
    }

    void countStored() {
        stored++;
    }

    void countRefused(long events) {
        refused = events;
    }

    void countUnknown(long events, long ofThemStored) {
        unknown = events;
        unknownStored = ofThemStored;
    }

    void countHoles(long more) {
        holes += more;
    }

    void find(Finding finding, String what) {
        findings.merge(finding, 1L, Long::sum);
        if (told.size() < MOST_TOLD) {
            told.add(finding.text() + ": " + what);
        }
    }

    long count(Finding finding) {
        return findings.get(finding);
    }

    long missing(Tier tier) {
        return missing.get(tier);
    }

    /** How many things were found that must never be; 0 is what everybody hopes for. */
    long findings() {
        return findings.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The first findings, a line each. */
    List<String> told() {
        return told;
    }

    /** All numbers as one line of JSON. */
    String json() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("findings", findings());
        line.put("stored", stored);
        receipts.forEach((tier, count) -> line.put(tier.text() + "Receipts", count));
        missing.forEach((tier, count) -> line.put(tier.text() + "NotThere", count));
        line.put("duplicateReceipts", duplicateReceipts);
        line.put("refused", refused);
        line.put("unknown", unknown);
        line.put("unknownStored", unknownStored);
        line.put("sequencesNotThere", holes);
        findings.forEach((finding, count) -> line.put(finding.text(), count));
        return JsonLine.of(line);
    }

    /** All numbers for people. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format("%,d events stored%n", stored));
        receipts.forEach((tier, count) -> text.append(String.format(
                "%,12d %s receipts, %,d of their events are not there%n", count, tier.text(), missing.get(tier))));
        text.append(String.format("%,12d receipts for events that were sent again%n", duplicateReceipts));
        text.append(String.format(
                "%,12d refused, %,d unknown, of which %,d are stored%n", refused, unknown, unknownStored));
        text.append(String.format("%,12d sequences between others that no event has%n", holes));
        findings.forEach((finding, count) -> {
            if (count > 0) {
                text.append(String.format("%,12d FOUND: %s%n", count, finding.text()));
            }
        });
        return text.append(findings() == 0 ? "nothing found" : findings() + " findings")
                .toString();
    }
}
