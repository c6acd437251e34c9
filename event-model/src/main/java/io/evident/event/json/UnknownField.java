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

    /** Levenshtein's distance: how many characters to insert, delete or replace. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
