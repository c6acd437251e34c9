package io.evident.server.ask;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as people write them: 10GB is ten times 1000 to the third, 10GiB ten times 1024 to the third. Stateless. */
final class SizeText {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18}) ?([A-Za-z]*)");
    private static final List<String> DECIMAL = List.of("b", "kb", "mb", "gb", "tb", "pb");
    private static final List<String> BINARY = List.of("b", "kib", "mib", "gib", "tib", "pib");
    private static final int THOUSAND = 1_000;
    private static final int KIB = 1_024;

    private SizeText() {}

    /** The number of bytes, at least 1; -1 when the text is none, or no {@code long} holds it. */
    static long bytes(String text) {
        Matcher parts = SIZE.matcher(text.trim());
        if (!parts.matches()) {
            return -1;
        }
        String unit = parts.group(2).isEmpty() ? "b" : parts.group(2).toLowerCase(Locale.ROOT);
        boolean binary = BINARY.contains(unit);
        int power = binary ? BINARY.indexOf(unit) : DECIMAL.indexOf(unit);
        if (power < 0) {
            return -1;
        }
        try {
            long bytes = Long.parseLong(parts.group(1));
            for (int i = 0; i < power; i++) {
                bytes = Math.multiplyExact(bytes, binary ? KIB : THOUSAND);
            }
            return bytes > 0 ? bytes : -1;
        } catch (ArithmeticException tooLarge) {
            return -1;
        }
    }

    /** The text, with one place behind the point above a thousand: {@code 1.5 GB}. */
    static String of(long bytes) {
        double value = bytes;
        int power = 0;
        while (value >= THOUSAND && power < DECIMAL.size() - 1) {
            value /= THOUSAND;
            power++;
        }
        String unit = power == 1 ? "kB" : DECIMAL.get(power).toUpperCase(Locale.ROOT);
        boolean whole = value == Math.rint(value);
        return whole
                ? String.format(Locale.ROOT, "%d %s", (long) value, unit)
                : String.format(Locale.ROOT, "%.1f %s", value, unit);
    }
}
