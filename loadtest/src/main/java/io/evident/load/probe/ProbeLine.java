package io.evident.load.probe;

import io.evident.server.json.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What a JVM said of itself at a moment. Counters are since its start; hiccups since the line before.
 *
 * @param timeMs since 1970
 * @param cpuNs of all its threads
 * @param allocatedBytes on the heap, by all its threads
 * @param residentBytes memory of the process that is in RAM, mapped files included; -1 where the system does not say
 */
public record ProbeLine(
        long timeMs,
        long cpuNs,
        long allocatedBytes,
        long heapBytes,
        long directBytes,
        long residentBytes,
        long collections,
        long collectionMs,
        long hiccupP50Ns,
        long hiccupP99Ns,
        long hiccupMaxNs) {
    /** Needs nothing but the JDK: it is written inside of other programs. */
    String json() {
        return String.format(
                Locale.ROOT,
                "{\"timeMs\":%d,\"cpuNs\":%d,\"allocatedBytes\":%d,\"heapBytes\":%d,\"directBytes\":%d,"
                        + "\"residentBytes\":%d,\"collections\":%d,\"collectionMs\":%d,\"hiccupP50Ns\":%d,"
                        + "\"hiccupP99Ns\":%d,\"hiccupMaxNs\":%d}",
                timeMs,
                cpuNs,
                allocatedBytes,
                heapBytes,
                directBytes,
                residentBytes,
                collections,
                collectionMs,
                hiccupP50Ns,
                hiccupP99Ns,
                hiccupMaxNs);
    }

    /** Reads a line that {@link ProbeAgent} wrote. */
    public static ProbeLine parse(String line) throws IOException {
        JsonTree tree = JsonTree.parse(line.getBytes(StandardCharsets.UTF_8));
        return new ProbeLine(
                tree.at("timeMs").number(0),
                tree.at("cpuNs").number(0),
                tree.at("allocatedBytes").number(0),
                tree.at("heapBytes").number(0),
                tree.at("directBytes").number(0),
                tree.at("residentBytes").number(-1),
                tree.at("collections").number(0),
                tree.at("collectionMs").number(0),
                tree.at("hiccupP50Ns").number(0),
                tree.at("hiccupP99Ns").number(0),
                tree.at("hiccupMaxNs").number(0));
    }
}
