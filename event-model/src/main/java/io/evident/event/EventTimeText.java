package io.evident.event;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.YearMonth;

/**
 * Event times as text: reads RFC 3339 with any offset and up to nine digits of fraction, and writes UTC. A reader is
 * reusable and not thread-safe; what writes is static.
 *
 * <p>Refused besides what is no RFC 3339: the leap second 60, which a count of nanoseconds since 1970 has no place for, a
 * space instead of the {@code T}, and instants outside the signed 64-bit nanosecond range.
 */
public final class EventTimeText {
    /** Most characters that {@link #format} writes. */
    public static final int MAX_LENGTH = 30;

    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int MIN_LENGTH = "2026-11-22T10:15:30Z".length();
    private static final int FRACTION_DIGITS = 9;

    private CharSequence text = "";
    private int at;
    private String problem;
    private long ns;

    /**
     * Reads a time.
     *
     * @return {@code null}, or what is wrong with it, to be put after the field's name; holds nothing of the input
     */
    public String parse(CharSequence rfc3339) {
        text = rfc3339;
        at = 0;
        problem = null;
        if (rfc3339.length() < MIN_LENGTH) {
            return "is no RFC 3339 time such as 2026-11-22T10:15:30.123Z";
        }
        long day = date();
        expect('T', 't');
        long secondOfDay = timeOfDay();
        int nanos = fraction();
        long offsetSeconds = offset();
        if (problem == null && at != text.length()) {
            problem = "has something after the offset";
        }
        if (problem == null) {
            combine(day * SECONDS_PER_DAY + secondOfDay - offsetSeconds, nanos);
        }
        return problem;
    }

    /** Nanoseconds since 1970 of the time that was read last, when nothing was wrong with it. */
    public long ns() {
        return ns;
    }

    private long date() {
        int year = digits(4, 9999, "year");
        expect('-', '-');
        int month = digits(2, 12, "month");
        expect('-', '-');
        int day = digits(2, 31, "day");
        if (problem == null
                && (month == 0 || day == 0 || day > YearMonth.of(year, month).lengthOfMonth())) {
            problem = "has a day that the calendar does not have";
        }
        return problem == null ? LocalDate.of(year, month, day).toEpochDay() : 0;
    }

    private long timeOfDay() {
        int hour = digits(2, 23, "hour");
        expect(':', ':');
        int minute = digits(2, 59, "minute");
        expect(':', ':');
        if (problem == null && at + 1 < text.length() && text.charAt(at) == '6' && text.charAt(at + 1) == '0') {
            problem = "is a leap second, which is not supported; send second 59 or 00";
        }
        int second = digits(2, 59, "second");
        return (hour * 60L + minute) * 60 + second;
    }

    private int fraction() {
        if (problem != null || at >= text.length() || text.charAt(at) != '.') {
            return 0;
        }
        at++;
        int start = at;
        int nanos = 0;
        while (at < text.length() && isDigit(text.charAt(at))) {
            if (at - start == FRACTION_DIGITS) {
                problem = "has more than nine digits of fraction";
                return 0;
            }
            nanos = nanos * 10 + (text.charAt(at) - '0');
            at++;
        }
        if (at == start) {
            problem = "has a point without digits after the seconds";
        }
        for (int i = at - start; i < FRACTION_DIGITS; i++) {
            nanos *= 10;
        }
        return nanos;
    }

    private long offset() {
        if (problem != null) {
            return 0;
        }
        char sign = at < text.length() ? text.charAt(at) : 0;
        at++;
        if (sign == 'Z' || sign == 'z') {
            return 0;
        }
        if (sign != '+' && sign != '-') {
            problem = "has no offset; end it with Z or, for example, +01:00";
            return 0;
        }
        int hours = digits(2, 23, "offset's hour");
        expect(':', ':');
        int minutes = digits(2, 59, "offset's minute");
        long seconds = (hours * 60L + minutes) * 60;
        return sign == '+' ? seconds : -seconds;
    }

    private void combine(long epochSecond, int nanos) {
        try {
            // Before 1970 from the next whole second backwards, so that the first instants of the range do not overflow
            // midway.
            ns = epochSecond < 0
                    ? Math.addExact(Math.multiplyExact(epochSecond + 1, NS_PER_SECOND), nanos - NS_PER_SECOND)
                    : Math.addExact(Math.multiplyExact(epochSecond, NS_PER_SECOND), nanos);
        } catch (ArithmeticException outside) {
            problem = "lies outside " + format(Long.MIN_VALUE) + " to " + format(Long.MAX_VALUE);
        }
    }

    private int digits(int count, int max, String part) {
        int value = 0;
        for (int i = 0; i < count && problem == null; i++, at++) {
            char digit = at < text.length() ? text.charAt(at) : 0;
            if (!isDigit(digit)) {
                problem = "has no " + count + "-digit " + part + " where RFC 3339 wants it";
            }
            value = value * 10 + (digit - '0');
        }
        if (problem == null && value > max) {
            problem = "has " + part + " " + value + ", at most " + max + " is allowed";
        }
        return problem == null ? value : 0;
    }

    private void expect(char wanted, char orElse) {
        if (problem != null) {
            return;
        }
        char found = at < text.length() ? text.charAt(at) : 0;
        if (found != wanted && found != orElse) {
            problem = "has no '" + wanted + "' where RFC 3339 wants it";
        }
        at++;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** A time as UTC, for example {@code 2026-11-22T10:15:30.12Z}: as many digits of fraction as it needs. */
    public static String format(long ns) {
        byte[] ascii = new byte[MAX_LENGTH];
        return new String(ascii, 0, format(ns, ascii, 0), StandardCharsets.US_ASCII);
    }

    /**
     * Writes a time as {@link #format(long)} does.
     *
     * @param target has room for {@link #MAX_LENGTH} bytes from {@code offset}
     * @return the bytes written
     */
    public static int format(long ns, byte[] target, int offset) {
        long epochSecond = Math.floorDiv(ns, NS_PER_SECOND);
        int nanos = (int) Math.floorMod(ns, NS_PER_SECOND);
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(epochSecond, SECONDS_PER_DAY));
        int second = (int) Math.floorMod(epochSecond, (long) SECONDS_PER_DAY);
        two(target, offset, date.getYear() / 100, (byte) 0);
        two(target, offset + 2, date.getYear() % 100, (byte) '-');
        two(target, offset + 5, date.getMonthValue(), (byte) '-');
        two(target, offset + 8, date.getDayOfMonth(), (byte) 'T');
        two(target, offset + 11, second / 3600, (byte) ':');
        two(target, offset + 14, second / 60 % 60, (byte) ':');
        two(target, offset + 17, second % 60, (byte) 'Z');
        return nanos == 0 ? MIN_LENGTH : MIN_LENGTH + fraction(target, offset + MIN_LENGTH - 1, nanos);
    }

    /** Puts a fraction where the {@code Z} is, and the {@code Z} behind it. Returns by how much that is longer. */
    private static int fraction(byte[] target, int offset, int nanos) {
        target[offset] = '.';
        three(target, offset + 1, nanos / 1_000_000);
        three(target, offset + 4, nanos / 1_000 % 1_000);
        three(target, offset + 7, nanos % 1_000);
        int end = offset + 1 + FRACTION_DIGITS;
        while (target[end - 1] == '0') {
            end--;
        }
        target[end] = 'Z';
        return end - offset;
    }

    private static void two(byte[] target, int offset, int value, byte after) {
        target[offset] = (byte) ('0' + value / 10);
        target[offset + 1] = (byte) ('0' + value % 10);
        target[offset + 2] = after;
    }

    private static void three(byte[] target, int offset, int value) {
        target[offset] = (byte) ('0' + value / 100);
        target[offset + 1] = (byte) ('0' + value / 10 % 10);
        target[offset + 2] = (byte) ('0' + value % 10);
    }
}
