package io.evident.pipeline.retention;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a tenant's events are kept: by their age, by their size, or by both, and then whichever ends first. Immutable.
 *
 * @param keepForSeconds how long after it was received an event is kept, {@value #LEAST_SECONDS} to {@value #MOST_SECONDS};
 *     0 for any time
 * @param keepBytes how many bytes of events are kept, before compression, the newest ones; 0 for any number
 */
public record RetentionRule(long keepForSeconds, long keepBytes) {
    /** One minute. */
    public static final long LEAST_SECONDS = 60;
    /** A hundred years. */
    public static final long MOST_SECONDS = 36_525L * 86_400;
    /** Far more than any disk has. */
    public static final long MOST_BYTES = 1L << 60;

    private static final Pattern AGE = Pattern.compile("([0-9]{1,10})([smhd])");
    private static final String UNITS = "smhd";
    private static final long[] UNIT_SECONDS = {1, 60, 3_600, 86_400};

    /** Throws {@link IllegalArgumentException} when a value is out of its range, or both are 0. */
    public RetentionRule {
        if (keepForSeconds == 0 && keepBytes == 0) {
            throw new IllegalArgumentException("a rule says how long, how many bytes, or both");
        }
        if (keepForSeconds != 0 && (keepForSeconds < LEAST_SECONDS || keepForSeconds > MOST_SECONDS)) {
            throw new IllegalArgumentException("has to be 60s to 36525d, not " + keepForSeconds + "s");
        }
        if (keepBytes < 0 || keepBytes > MOST_BYTES) {
            throw new IllegalArgumentException("has to be 1 to " + MOST_BYTES + " bytes, not " + keepBytes);
        }
    }

    /** Whether events expire by their age. */
    public boolean byAge() {
        return keepForSeconds > 0;
    }

    /** Whether events expire when newer ones take their room. */
    public boolean bySize() {
        return keepBytes > 0;
    }

    /** Seconds of a text such as {@code 400d}, {@code 12h}, {@code 90m} or {@code 3600s}; -1 for any other text. */
    public static long seconds(String age) {
        Matcher parts = AGE.matcher(age);
        return parts.matches() ? Long.parseLong(parts.group(1)) * UNIT_SECONDS[UNITS.indexOf(parts.group(2))] : -1;
    }

    /** The same time as a text, in its largest unit that divides it; "" when there is none. */
    public String age() {
        if (!byAge()) {
            return "";
        }
        int unit = UNIT_SECONDS.length - 1;
        while (keepForSeconds % UNIT_SECONDS[unit] != 0) {
            unit--;
        }
        return keepForSeconds / UNIT_SECONDS[unit] + UNITS.substring(unit, unit + 1);
    }

    /** The rule as a text: {@code keepFor 400d, keepBytes 10000000000}. */
    public String text() {
        List<String> parts = new ArrayList<>();
        if (byAge()) {
            parts.add("keepFor " + age());
        }
        if (bySize()) {
            parts.add(String.format(Locale.ROOT, "keepBytes %d", keepBytes));
        }
        return String.join(", ", parts);
    }
}
