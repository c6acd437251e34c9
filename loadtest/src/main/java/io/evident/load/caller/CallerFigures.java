package io.evident.load.caller;

import io.evident.load.report.Percentiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/**
 * What was measured.
 *
 * @param inRow calls in a row
 * @param atRate calls at a rate, in as many rounds as it was measured
 * @param receipts from the calls at a rate until their receipts
 * @param without each round without audit
 * @param with each round with it
 */
record CallerFigures(
        CallsInRow inRow, Histogram atRate, Histogram receipts, List<ShareOfCore> without, List<ShareOfCore> with) {
    private static final double PERCENT = 100;
    private static final double NS_PER_US = 1e3;

    /** Calls that follow each other at once, without a pause between. */
    record CallsInRow(Histogram ns, double callerBytes, double clientBytes, double clientNs) {}

    /**
     * Shares of one core.
     *
     * @param process processor time of the whole process
     * @param client that of the client's thread
     * @param calls what making and sending the events took, by the clock
     */
    record ShareOfCore(double process, double client, double calls) {}

    private static double process(List<ShareOfCore> rounds) {
        return median(rounds.stream().mapToDouble(ShareOfCore::process));
    }

    private double client() {
        return median(with.stream().mapToDouble(ShareOfCore::client));
    }

    private double calls() {
        return median(with.stream().mapToDouble(ShareOfCore::calls));
    }

    private double ofApplication() {
        return (client() + calls()) / process(with);
    }

    Map<String, Object> told() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("callInRowMs", Percentiles.ms(inRow.ns));
        told.put("callerBytesPerCall", inRow.callerBytes);
        told.put("clientBytesPerEvent", inRow.clientBytes);
        told.put("clientCpuUsPerEventInRow", inRow.clientNs / NS_PER_US);
        told.put("callAtRateMs", Percentiles.ms(atRate));
        told.put("receiptMs", Percentiles.ms(receipts));
        told.put("clientThreadShareOfCore", client());
        told.put("callsShareOfCore", calls());
        told.put("processShareOfCoreWithout", process(without));
        told.put("processShareOfCoreWith", process(with));
        told.put("shareOfApplication", ofApplication());
        return told;
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "call, in a row    %s; us%n"
                        + "  allocated       %.0f bytes a call by the caller, %.0f an event by the client's thread%n"
                        + "  processor time  %.2f us an event of the client's thread%n"
                        + "call, at the rate %s; us%n"
                        + "  until receipt   p50 %.2f   p99 %.2f; ms%n"
                        + "processor time    %.3f %% of a core in the client's thread, %.3f %% in the calls,%n"
                        + "                  together %.2f %% of the application's%n"
                        + "whole process     %.2f %% of a core without audit, %.2f %% with it",
                Percentiles.microsText(inRow.ns),
                inRow.callerBytes,
                inRow.clientBytes,
                inRow.clientNs / NS_PER_US,
                Percentiles.microsText(atRate),
                receipts.getValueAtPercentile(50) / 1e6,
                receipts.getValueAtPercentile(99) / 1e6,
                PERCENT * client(),
                PERCENT * calls(),
                PERCENT * ofApplication(),
                PERCENT * process(without),
                PERCENT * process(with));
    }

    /** Of an even number the mean of the two in the middle. */
    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
