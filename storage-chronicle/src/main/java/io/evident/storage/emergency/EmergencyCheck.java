package io.evident.storage.emergency;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.emergency.EmergencyFinding.Meaning;
import io.evident.storage.file.FileOperations;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checks every copy of a shard's emergency journal, for tools that only read; safe beside a server at work, though what
 * that writes meanwhile may look unfinished. Every byte is read. What counts is what is not folded in yet: what is left of
 * older blocks is free space. Used once, by one thread.
 */
public final class EmergencyCheck {
    /**
     * What a check found.
     *
     * @param events events in whole blocks of any copy that are not folded in
     * @param bytes bytes that were read
     * @param findings everything found, copy by copy
     */
    public record Result(long events, long bytes, List<EmergencyFinding> findings) {
        public Result {
            findings = List.copyOf(findings);
        }
    }

    private final FileOperations files;
    private final int shard;
    private final long foldedThrough;
    private final List<CopyScan> scans = new ArrayList<>();
    private final List<EmergencyFinding> findings = new ArrayList<>();
    /** The blocks that are not folded in and whole in any copy, by position. */
    private final TreeMap<Long, BlockInfo> unfolded = new TreeMap<>();

    private long bytes;
    private long events;
    private boolean dense = true;
    private long highest;

    private EmergencyCheck(FileOperations files, int shard, long foldedThrough) {
        this.files = files;
        this.shard = shard;
        this.foldedThrough = foldedThrough;
        this.highest = foldedThrough;
    }

    /**
     * Runs a check.
     *
     * @param places where the copies are; one need not be there, as long as no other has events
     * @param foldedThrough how far the shard's journal says it is folded
     */
    public static Result of(FileOperations files, List<OpenedEmergency.Place> places, int shard, long foldedThrough)
            throws IOException {
        EmergencyCheck check = new EmergencyCheck(files, shard, foldedThrough);
        try {
            check.read(places);
            check.unite();
            for (CopyScan scan : check.scans) {
                check.judge(scan);
            }
            return new Result(check.events, check.bytes, check.findings);
        } finally {
            for (CopyScan scan : check.scans) {
                scan.copy().close();
            }
        }
    }

    private void read(List<OpenedEmergency.Place> places) {
        for (OpenedEmergency.Place place : places) {
            CopyScan scan = new CopyScan(new Copy(files, place.directory(), place.label()), shard, foldedThrough);
            scans.add(scan);
            try {
                scan.list();
            } catch (NoSuchFileException e) {
                // A link that leads nowhere stands for a copy that is elsewhere, such as on a volume that is not
                // mounted.
                if (Files.isSymbolicLink(place.directory())) {
                    cannotLookAt(place, e);
                }
            } catch (IOException e) {
                cannotLookAt(place, e);
            }
        }
        JournalId known = CopyScan.idOf(scans);
        JournalId id = known == null ? JournalId.random() : known;
        scans.forEach(scan -> scan.scan(id));
        scans.forEach(scan -> bytes += scan.sizeBytes());
    }

    private void cannotLookAt(OpenedEmergency.Place place, IOException e) {
        found(Meaning.LOST, new Damage(DamageKind.UNREADABLE, place.label(), 0, 0, e.toString()));
    }

    private void unite() {
        for (CopyScan scan : scans) {
            unfoldedOf(scan).forEach((position, block) -> unfolded.merge(position, block, EmergencyCheck::longer));
        }
        for (BlockInfo block : unfolded.values()) {
            if (block.firstSequence() > highest + 1) {
                dense = false;
                found(
                        Meaning.LOST,
                        new Damage(
                                DamageKind.GAP,
                                "emergency",
                                0,
                                0,
                                "positions " + (highest + 1) + " to " + (block.firstSequence() - 1)
                                        + " are whole in no copy"));
            }
            events += Math.max(0, block.lastSequence() - Math.max(highest, block.firstSequence() - 1));
            highest = Math.max(highest, block.lastSequence());
        }
    }

    private static BlockInfo longer(BlockInfo one, BlockInfo other) {
        return other.count() > one.count() ? other : one;
    }

    private Map<Long, BlockInfo> unfoldedOf(CopyScan scan) {
        Map<Long, BlockInfo> own = new TreeMap<>();
        for (FoundBlock block : scan.found()) {
            if (block.info().lastSequence() > foldedThrough
                    && !scan.aside().contains(block.info().segment())) {
                own.merge(block.info().firstSequence(), block.info(), EmergencyCheck::longer);
            }
        }
        return own;
    }

    private void judge(CopyScan scan) {
        boolean covered = dense
                && scans.stream()
                        .anyMatch(other ->
                                other != scan && unfoldedOf(other).keySet().containsAll(unfolded.keySet()));
        for (Damage damage : scan.damage()) {
            found(meaning(scan, damage, covered), damage);
        }
        long missing = unfolded.keySet().stream()
                .filter(position -> !unfoldedOf(scan).containsKey(position))
                .count();
        if (missing > 0) {
            found(
                    Meaning.COPY,
                    new Damage(
                            DamageKind.TRUNCATED,
                            scan.copy().label(),
                            0,
                            0,
                            missing + " blocks that another copy has are not whole in this one"));
        }
        scan.setAsideBefore()
                .forEach(name -> found(
                        Meaning.NOTE,
                        new Damage(
                                DamageKind.UNKNOWN_FILE,
                                scan.copy().label() + "/" + name,
                                0,
                                0,
                                "an earlier start set this file aside; its log says why")));
    }

    private Meaning meaning(CopyScan scan, Damage damage, boolean covered) {
        return switch (damage.kind()) {
            case UNKNOWN_FILE -> Meaning.NOTE;
            case UNFINISHED -> ofTail(scan, damage);
            default -> covered ? Meaning.COPY : Meaning.LOST;
        };
    }

    /**
     * Of a block that is not whole at the end. It may have been acknowledged, or been torn by a power cut before that:
     * nothing tells the two apart, unless another copy has more than this one.
     */
    private Meaning ofTail(CopyScan scan, Damage damage) {
        if (!scan.resemblesBlock(damage)) {
            return Meaning.NOTE;
        }
        long last = unfoldedOf(scan).values().stream()
                .mapToLong(BlockInfo::lastSequence)
                .max()
                .orElse(foldedThrough);
        return last < highest ? Meaning.COPY : Meaning.LOST;
    }

    private void found(Meaning meaning, Damage damage) {
        findings.add(new EmergencyFinding(meaning, damage));
    }
}
