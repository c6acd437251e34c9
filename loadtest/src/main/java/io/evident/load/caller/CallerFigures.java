package io.evident.load.caller;

import io.evident.load.report.Percentiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * What was measured. Histograms are of nanoseconds.
 *
 * @param inRow calls in a row
 * @param calls calls at a rate, in all rounds
 * @param receipts from these calls until their receipts
 * @param without each round without audit
 * @param with each round with it
 */
record CallerFigures(
        CallsInRow inRow, Histogram calls, Histogram receipts, List<ShareOfCore> without, List<ShareOfCore> with) {
    private static final double PERCENT = 100;
    private static final double NS_PER_US = 1e3;
    private static final double NS_PER_MS = 1e6;

    /**
     * Calls that follow each other at once, without a pause between.
     *
     * @param callerBytes allocated by the calling thread, a call
     * @param clientBytes allocated by the client's thread, an event
     * @param clientNs processor time of the client's thread, an event
     */
    record CallsInRow(Histogram calls, double callerBytes, double clientBytes, double clientNs) {}

    /**
     * Shares of one core in a round.
     *
     * @param process processor time of the whole process
     * @param client that of the client's thread
     * @param calls what making and sending the events took, by the clock
     */
    record ShareOfCore(double process, double client, double calls) {
        /** What can be told to be the audit's: the collector's and the compilers' work for it is not in it. */
        double audit() {
            return client + calls;
        }
    }

    Map<String, Object> told() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("callInRowMs", Percentiles.ms(inRow.calls));
        told.put("callerBytesPerCall", inRow.callerBytes);
        told.put("clientBytesPerEvent", inRow.clientBytes);
        told.put("clientCpuUsPerEventInRow", inRow.clientNs / NS_PER_US);
        told.put("callAtRateMs", Percentiles.ms(calls));
        told.put("receiptMs", Percentiles.ms(receipts));
        told.put("tooFew", Percentiles.tooFew(calls));
        told.put("clientThreadShareOfCore", values(with, ShareOfCore::client));
        told.put("callsShareOfCore", values(with, ShareOfCore::calls));
        told.put("auditShareOfProcess", values(with, round -> round.audit() / round.process()));
        told.put("processShareOfCoreWithout", values(without, ShareOfCore::process));
        told.put("processShareOfCoreWith", values(with, ShareOfCore::process));
        return told;
    }

    private static List<Double> values(List<ShareOfCore> rounds, ToDoubleFunction<ShareOfCore> figure) {
        return rounds.stream().mapToDouble(figure).boxed().toList();
    }

    String text() {
        return String.join(
                System.lineSeparator(),
                "calls in a row     " + Percentiles.microsText(inRow.calls) + "; us",
                String.format(
                        Locale.ROOT,
                        "  allocated        %.0f bytes a call by the caller, %.0f an event by the client's thread",
                        inRow.callerBytes,
                        inRow.clientBytes),
                String.format(Locale.ROOT, "  client's thread  %.2f us an event", inRow.clientNs / NS_PER_US),
                "calls at the rate  " + Percentiles.microsText(calls) + "; us",
                String.format(
                        Locale.ROOT,
                        "  until receipt    p50 %.2f   p99 %.2f; ms",
                        receipts.getValueAtPercentile(50) / NS_PER_MS,
                        receipts.getValueAtPercentile(99) / NS_PER_MS),
                "in % of a core, median of the rounds (lowest to highest):",
                "  client's thread  " + percent(with, ShareOfCore::client),
                "  making, sending  " + percent(with, ShareOfCore::calls),
                "  whole process    " + percent(without, ShareOfCore::process) + " without audit, "
                        + percent(with, ShareOfCore::process) + " with it",
                "audit, in % of the process: " + percent(with, round -> round.audit() / round.process()));
    }

    private static String percent(List<ShareOfCore> rounds, ToDoubleFunction<ShareOfCore> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return String.format(
                Locale.ROOT,
                "%.3f (%.3f to %.3f)",
                PERCENT * median,
                PERCENT * sorted[0],
                PERCENT * sorted[sorted.length - 1]);
    }
}
