package io.evident.storage.recovery;

import io.evident.storage.blocks.SegmentSeal;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import io.evident.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where the segments of a shard are: in its own directory, and on its standby volume when it has one. Names count on over
 * both, so that their order is the order of what they hold.
 *
 * @param own the shard's own directory of segments
 * @param standby that on its standby volume, which need not exist; {@code null} when it has none
 */
public record SegmentPlaces(Path own, Path standby) {
    /** Of a shard without a standby volume, or one whose is away. */
    public static SegmentPlaces ownOnly(Path own) {
        return new SegmentPlaces(own, null);
    }

    /**
     * A segment.
     *
     * @param directory its own directory
     */
    record Place(SegmentName name, Path directory, boolean isOnStandby) {}

    /** The segments of the shard's own directory, in their order. */
    List<Place> ownSegments(FileOperations files, int shard, Consumer<Damage> report) throws IOException {
        return segments(files, own, shard, false, report);
    }

    /** The segments on the standby volume, in their order; none when they are known not to be there. */
    List<Place> standbySegments(FileOperations files, int shard, Consumer<Damage> report) throws IOException {
        try {
            return standby == null ? List.of() : segments(files, standby, shard, true, report);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /**
     * Whether of an incarnation, these being its segments, only what was written again on the standby volume is there: one
     * that began on it has a segment 0.
     */
    static boolean isWrittenAgain(List<Place> segments) {
        return segments.stream()
                .allMatch(place -> place.isOnStandby() && place.name().number() > 0);
    }

    private static List<Place> segments(
            FileOperations files, Path directory, int shard, boolean isOnStandby, Consumer<Damage> report)
            throws IOException {
        for (Path entry : files.list(directory)) {
            String fileName = entry.getFileName().toString();
            if (SegmentName.parse(fileName) == null) {
                report.accept(
                        new Damage(DamageKind.UNKNOWN_FILE, fileName, 0, 0, "this is no segment; it is left alone"));
            }
        }
        SegmentOrder order = new SegmentOrder(files, directory, shard);
        List<Place> places = new ArrayList<>();
        for (SegmentName name : order.of(SegmentName.list(files, directory))) {
            places.add(new Place(name, directory.resolve(name.toString()), isOnStandby));
        }
        for (SegmentName name : order.misplaced()) {
            // What a start wrote again on the standby volume may have a higher number than what was written again
            // before,
            // and lower sequences. It has no seal, and is in its place.
            if (isOnStandby && !SegmentSeal.exists(files, directory.resolve(name.toString()))) {
                continue;
            }
            report.accept(new Damage(
                    DamageKind.FOREIGN,
                    name.toString(),
                    0,
                    0,
                    "the file holds blocks of another segment of this incarnation; they are served in their order"));
        }
        return places;
    }
}
