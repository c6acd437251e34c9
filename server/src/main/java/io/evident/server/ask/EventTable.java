package io.evident.server.ask;

import io.evident.server.json.JsonTree;
import java.util.ArrayList;
import java.util.List;

/** Shows events to people: one line each, in columns. Stateless. */
public final class EventTable {
    private static final List<String> TITLES =
            List.of("TIME", "SEVERITY", "OUTCOME", "TENANT", "ACTOR", "ACTION", "RESOURCE", "ID");
    /** The last column is never cut: it is what the next query is asked with. */
    private static final int[] WIDTHS = {24, 11, 7, 16, 32, 36, 40, Integer.MAX_VALUE};

    private EventTable() {}

    /** The lines of a page, titles first; columns are as wide as what stands in them, up to a limit. */
    static List<String> lines(List<JsonTree> events, boolean wide) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(TITLES);
        events.forEach(event -> rows.add(cells(event)));
        int[] widths = new int[TITLES.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], Math.min(row.get(i).length(), wide ? Integer.MAX_VALUE : WIDTHS[i]));
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    /** One event by itself, where the next ones are not known yet: columns have their usual width. */
    public static String line(JsonTree event) {
        int[] widths = WIDTHS.clone();
        widths[widths.length - 1] = 0;
        return line(cells(event), widths);
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            boolean last = i == widths.length - 1;
            line.append(i == 0 ? "" : "  ").append(last ? cell : fit(cell, widths[i]));
        }
        return line.toString();
    }

    /** Long values keep their end, which tells more than the begin: names are built from the general to the special. */
    private static String fit(String cell, int width) {
        return cell.length() > width
                ? "\u2026" + cell.substring(cell.length() - width + 1)
                : cell + " ".repeat(width - cell.length());
    }

    private static List<String> cells(JsonTree event) {
        return List.of(
                time(event.text("time")),
                plain(event.text("severity")),
                plain(event.text("outcome")),
                plain(event.text("tenant")),
                plain(event.text("actor", "id")),
                plain(event.text("action")),
                plain(event.text("resource", "type")) + "/" + plain(event.text("resource", "id")),
                plain(event.text("id")));
    }

    /** Milliseconds are enough for the eye, and make a column. */
    private static String time(String rfc3339) {
        if (rfc3339 == null) {
            return "-";
        }
        String text = rfc3339.endsWith("Z") ? rfc3339.substring(0, rfc3339.length() - 1) : rfc3339;
        String whole = text.indexOf('.') < 0 ? text + "." : text;
        int dot = whole.indexOf('.');
        String millis = (whole.substring(dot + 1) + "000").substring(0, 3);
        return whole.substring(0, dot) + "." + millis + "Z";
    }

    /** Control characters in an event must not reach the terminal: they could change what is shown. */
    static String plain(String text) {
        return text == null ? "-" : text.replaceAll("[\\p{Cntrl}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]", "?");
    }
}
