package io.evident.server.simulation;

/** What happened, as a hash of everything and as the last lines of it. */
final class Trace {
    private static final int LINES = Integer.getInteger("evident.simulation.lines", 100);

    private final String[] what = new String[LINES];
    private final String[] whom = new String[LINES];
    private final long[] numbers = new long[LINES];
    private long count;
    private long hash = 0x6A09_E667_F3BC_C909L;

    void add(String action, String subject, long number) {
        int at = (int) (count++ % LINES);
        what[at] = action;
        whom[at] = subject;
        numbers[at] = number;
        hash = mix(mix(mix(hash, action.hashCode()), subject.hashCode()), number);
    }

    private static long mix(long into, long value) {
        long mixed = (into ^ value) * 0x9E37_79B9_7F4A_7C15L;
        return mixed ^ (mixed >>> 29);
    }

    /** The same for two runs that did the same. */
    long hash() {
        return hash;
    }

    /** Things that happened. */
    long count() {
        return count;
    }

    /** The last of them, a line each. */
    String last() {
        StringBuilder lines = new StringBuilder();
        for (long i = Math.max(0, count - LINES); i < count; i++) {
            int at = (int) (i % LINES);
            lines.append(i).append("  ").append(what[at]).append(' ').append(whom[at]);
            lines.append(' ').append(numbers[at]).append('\n');
        }
        return lines.toString();
    }
}
