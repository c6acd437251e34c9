package io.evident.storage.segment;

import io.evident.storage.file.FileOperations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The name of a segment's directory: {@code <incarnation>-<number>}, both decimal without leading zeros. Segments are in
 * order of incarnation, then number.
 *
 * @param incarnation the shard's opening that wrote it, from 1
 * @param number counts the segments of that opening, from 0
 */
public record SegmentName(int incarnation, int number) implements Comparable<SegmentName> {
    /** Past this number there would be no next incarnation. */
    public static final int MAX_INCARNATION = Integer.MAX_VALUE - 1;

    private static final int MAX_DIGITS = 10;

    /** The segment of this directory name, or {@code null} when it names none. */
    public static SegmentName parse(String name) {
        int dash = name.indexOf('-');
        if (dash < 1) {
            return null;
        }
        long incarnation = number(name, 0, dash);
        long number = number(name, dash + 1, name.length());
        boolean inRange =
                incarnation >= 1 && incarnation <= MAX_INCARNATION && number >= 0 && number < Integer.MAX_VALUE;
        return inRange ? new SegmentName((int) incarnation, (int) number) : null;
    }

    /**
     * The segments in a directory, in order and without holes, also while a writer begins new ones. A listing may miss
     * an entry that is made meanwhile and still show a later one; so the second listing decides, up to the highest that
     * the first one showed.
     */
    public static List<SegmentName> list(FileOperations files, Path segmentsDirectory) throws IOException {
        List<SegmentName> first = listOnce(files, segmentsDirectory);
        if (first.isEmpty()) {
            return first;
        }
        SegmentName highest = Collections.max(first);
        List<SegmentName> second = listOnce(files, segmentsDirectory);
        second.removeIf(name -> name.compareTo(highest) > 0);
        second.sort(null);
        return second;
    }

    /** The highest incarnation of the segments in a directory; 0 when there is none, or it cannot be told. */
    public static int lastIncarnation(FileOperations files, Path segmentsDirectory) {
        try {
            List<SegmentName> names = list(files, segmentsDirectory);
            return names.isEmpty() ? 0 : names.get(names.size() - 1).incarnation();
        } catch (IOException e) {
            // Whoever opens or verifies the shard finds that out, and tells it.
            return 0;
        }
    }

    private static List<SegmentName> listOnce(FileOperations files, Path segmentsDirectory) throws IOException {
        List<SegmentName> names = new ArrayList<>();
        for (Path entry : files.list(segmentsDirectory)) {
            SegmentName name = parse(entry.getFileName().toString());
            if (name != null) {
                names.add(name);
            }
        }
        return names;
    }

    private static long number(String text, int from, int to) {
        int digits = to - from;
        if (digits < 1 || digits > MAX_DIGITS || (digits > 1 && text.charAt(from) == '0')) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    @Override
    public int compareTo(SegmentName other) {
        int byIncarnation = Integer.compare(incarnation, other.incarnation);
        return byIncarnation != 0 ? byIncarnation : Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return incarnation + "-" + number;
    }
}
