package io.evident.load.check;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a run has to reach, as it is written on the command line: {@code p99<1ms}, {@code critical.p99<0.5ms},
 * {@code rate>=50000}, {@code refused=0}; {@code server.p99<=1ms} and {@code server.critical.p99<=0.5ms} by the server's
 * clock, which tells bounds that latencies are within.
 *
 * @param measure the name of a figure
 * @param bound in the figure's own unit: milliseconds for latencies
 */
public record PassCriterion(String text, String measure, String relation, double bound) {
    /** What is understood, for messages. */
    public static final String FORMS = "a figure, <, <=, =, >= or >, and a number, such as p99<1ms, critical.p99.9<5ms,"
            + " server.p99<=1ms, rate>=50000, refused=0, unsent=0, failed=0, duplicates=0";

    private static final Pattern FORM =
            Pattern.compile("([a-z]+(?:\\.[a-z0-9.]+)?|p\\d+(?:\\.\\d+)?)\\s*(<=|>=|<|>|=)\\s*([0-9.]+)\\s*(us|ms|s|)");
    private static final Map<String, Double> TO_MS = Map.of("us", 1e-3, "ms", 1.0, "s", 1e3, "", 1.0);

    /** Reads one. Throws {@link IllegalArgumentException} with a message for people when it is none. */
    public static PassCriterion parse(String text) {
        Matcher form = FORM.matcher(text.trim());
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no criterion; one is " + FORMS);
        }
        try {
            double bound = Double.parseDouble(form.group(3)) * TO_MS.get(form.group(4));
            return new PassCriterion(text.trim(), form.group(1), form.group(2), bound);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no criterion; one is " + FORMS, e);
        }
    }

    /**
     * Judges.
     *
     * @param figures of a run by name
     * @return {@code null} when it is met, else why it is not, in words
     */
    public String failure(Map<String, Double> figures) {
        Double figure = figures.get(measure);
        if (figure == null) {
            return text + " cannot be judged: there is no figure '" + measure + "', or too few values for it";
        }
        boolean met = switch (relation) {
            case "<" -> figure < bound;
            case "<=" -> figure <= bound;
            case ">" -> figure > bound;
            case ">=" -> figure >= bound;
            default -> figure == bound;
        };
        return met ? null : String.format(Locale.ROOT, "%s failed: it is %.3f", text, figure);
    }
}
