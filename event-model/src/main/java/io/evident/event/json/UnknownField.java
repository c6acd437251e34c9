package io.evident.event.json;

import io.evident.event.Refusal;
import io.evident.event.RefusalReason;
import java.util.Locale;

/** The refusal of a name that no event has, with the nearest one that events do have. */
final class UnknownField {
    /** Longer names are near to none of ours. */
    private static final int LONGEST_COMPARED = 32;

    private UnknownField() {}

    /** The refusal of {@code name} in {@code parent}; {@code null} stands for the event itself. */
    static Refusal refusal(EventMember parent, String name) {
        String prefix = parent == null ? "" : parent.dottedName() + ".";
        EventMember nearest = nearest(prefix, name);
        String hint = nearest == null ? "" : "; did you mean " + nearest.dottedName() + "?";
        return new Refusal(
                RefusalReason.UNKNOWN_FIELD,
                prefix + JsonExcerpt.of(name),
                "is no field of an event; what is your own belongs into attributes" + hint);
    }

    private static EventMember nearest(String prefix, String name) {
        EventMember nearest = null;
        if (name.length() > LONGEST_COMPARED) {
            return null;
        }
        int least = 1 + Math.max(1, name.length() / 3);
        for (EventMember member : EventMember.values()) {
            if (!member.serverFilled()) {
                String own = member.dottedName();
                int distance = Math.min(
                        distance(plain(prefix + name), plain(own)),
                        own.startsWith(prefix) ? distance(plain(name), plain(own.substring(prefix.length()))) : least);
                if (distance < least) {
                    least = distance;
                    nearest = member;
                }
            }
        }
        return nearest;
    }

    /** Case and separators count for nothing: {@code Actor_ID} is {@code actor.id}. */
    private static String plain(String name) {
        StringBuilder letters = new StringBuilder();
        for (char c : name.toLowerCase(Locale.ROOT).toCharArray()) {
            if (c != '.' && c != '_' && c != '-') {
                letters.append(c);
            }
        }
        return letters.toString();
    }

    /** How many characters to insert, delete, replace or swap with the next one (optimal string alignment). */
    private static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 ? j : j == 0 ? i : cheapest(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(int[][] cost, String a, String b, int i, int j) {
        char last = a.charAt(i - 1);
        int replaced = cost[i - 1][j - 1] + (last == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && last == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
