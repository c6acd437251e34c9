package io.evident.storage.emergency;

import io.evident.pipeline.journal.BlockInfo;
import io.evident.storage.segment.BlockFileReader;
import io.evident.storage.segment.BlockOwner;
import io.evident.storage.segment.Damage;
import io.evident.storage.segment.DamageKind;
import io.evident.storage.segment.EnvelopeLayout;
import io.evident.storage.segment.SegmentWalker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one copy holds. Reads only; used once, by the thread that opens. */
final class CopyScan {
    private static final int CHUNK_BYTES = 1 << 16;

    private final Copy copy;
    private final int shard;
    private final long foldedThrough;
    private final List<FoundBlock> found = new ArrayList<>();
    private final List<Damage> damage = new ArrayList<>();
    private final Set<Integer> aside = new HashSet<>();
    private final List<Integer> present = new ArrayList<>();
    private final List<String> setAsideBefore = new ArrayList<>();
    /** Of the file before, whose window the next one takes. */
    private SegmentWalker walker;

    private long sizeBytes;
    private boolean unreadable;

    CopyScan(Copy copy, int shard, long foldedThrough) {
        this.copy = copy;
        this.shard = shard;
        this.foldedThrough = foldedThrough;
    }

    Copy copy() {
        return copy;
    }

    /** Every whole block, folded or not, file by file in the order in which they stand. */
    List<FoundBlock> found() {
        return found;
    }

    List<Damage> damage() {
        return damage;
    }

    /** The files that are to be put aside. */
    Set<Integer> aside() {
        return aside;
    }

    /** Whether there is a file whose reading failed: what it holds is not known, and need not be lost. */
    boolean isUnreadable() {
        return unreadable;
    }

    /** The names of the files that an earlier start put aside. */
    List<String> setAsideBefore() {
        return setAsideBefore;
    }

    /** Bytes of the files that were read. */
    long sizeBytes() {
        return sizeBytes;
    }

    /** Whether what stands behind an unfinished word was a block of this shard, or was to be one. */
    boolean resemblesBlock(Damage unfinished) {
        int file = FileFormat.number(
                unfinished.segment().substring(unfinished.segment().lastIndexOf('/') + 1));
        try {
            byte[] envelope = new byte[EnvelopeLayout.ENVELOPE_BYTES];
            int count =
                    copy.reader(file).read(unfinished.position() + FileFormat.WORD_BYTES, envelope, 0, envelope.length);
            return count == envelope.length && EnvelopeLayout.resemblesEmergency(envelope, shard);
        } catch (IOException e) {
            return true; // Then nothing is known of it.
        }
    }

    /** Lists the files. */
    void list() throws IOException {
        for (Path entry : copy.files().list(copy.directory())) {
            String name = entry.getFileName().toString();
            int file = FileFormat.number(name);
            if (file >= 0) {
                present.add(file);
            } else if (name.contains(".aside-")) {
                setAsideBefore.add(name);
            } else {
                damage.add(new Damage(
                        DamageKind.UNKNOWN_FILE,
                        copy.label() + "/" + name,
                        0,
                        0,
                        "this is no emergency file; it is left alone"));
            }
        }
        present.sort(null);
    }

    /**
     * The journal that the copies are of; {@code null} when no header is good. A file of another one that was put among them
     * must not make the others foreign, nor a directory with more files: so it is the one that most copies have files of, and
     * of several the one that the first copy has the most files of.
     */
    static JournalId idOf(List<CopyScan> scans) {
        Map<JournalId, Integer> copies = new LinkedHashMap<>();
        for (CopyScan scan : scans) {
            scan.ids().forEach(id -> copies.merge(id, 1, Integer::sum));
        }
        JournalId most = null;
        for (JournalId id : copies.keySet()) {
            most = most == null || copies.get(id) > copies.get(most) ? id : most;
        }
        return most;
    }

    /** The journals that have files with good headers here, that with the most first. */
    private List<JournalId> ids() {
        Map<JournalId, Integer> files = new LinkedHashMap<>();
        for (int file : List.copyOf(present)) {
            JournalId id = idOf(file);
            if (id != null) {
                files.merge(id, 1, Integer::sum);
            }
        }
        List<JournalId> ids = new ArrayList<>(files.keySet());
        ids.sort(Comparator.comparing(files::get).reversed());
        return ids;
    }

    private JournalId idOf(int file) {
        try {
            ByteBuffer header = header(file);
            return FileFormat.check(header, shard) == null ? FileFormat.id(header) : null;
        } catch (IOException e) {
            cannotRead(file, e);
            return null;
        }
    }

    /** Reads every file. */
    void scan(JournalId id) {
        for (int file : List.copyOf(present)) {
            try {
                scan(file, id);
            } catch (IOException e) {
                cannotRead(file, e);
            }
        }
    }

    /** The next start may be able to: it stays where it is, and is not looked at again. A directory never is. */
    private void cannotRead(int file, IOException e) {
        present.remove(Integer.valueOf(file));
        if (isDirectory(copy.path(file))) {
            setAside(file, DamageKind.UNREADABLE, "this is a directory");
            return;
        }
        unreadable = true;
        damage.add(damage(file, DamageKind.UNREADABLE, 0, "it cannot be read and is left as it is: " + e.getMessage()));
    }

    private boolean isDirectory(Path path) {
        try {
            copy.files().list(path);
            return true;
        } catch (IOException e) {
            return false; // So it is a file, or there is no telling.
        }
    }

    private ByteBuffer header(int file) throws IOException {
        return read(file, 0, FileFormat.HEADER_BYTES);
    }

    private ByteBuffer read(int file, long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        copy.reader(file).read(position, bytes, 0, length);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void scan(int file, JournalId id) throws IOException {
        ByteBuffer header = header(file);
        long size = copy.reader(file).sizeBytes();
        sizeBytes += size;
        DamageKind wrong = FileFormat.check(header, shard);
        if (wrong == DamageKind.UNKNOWN_VERSION || wrong == DamageKind.FOREIGN) {
            setAside(file, wrong, FileFormat.describe(header));
        } else if (wrong == null && !FileFormat.id(header).equals(id)) {
            setAside(file, DamageKind.FOREIGN, "a file of the emergency journal of another data directory");
        } else {
            checkSize(file, size, wrong == null);
            walk(file, wrong == null);
        }
    }

    /** A file gets its header when it is laid out whole: one without may have been left by a crash. */
    private void checkSize(int file, long size, boolean goodHeader) {
        if (size < EmergencySettings.MIN_FILE_BYTES) {
            damage.add(damage(
                    file,
                    goodHeader ? DamageKind.TRUNCATED : DamageKind.UNFINISHED,
                    size,
                    "the file ends after " + size + " bytes, before what it was laid out for"));
        }
    }

    private void setAside(int file, DamageKind kind, String detail) {
        aside.add(file);
        damage.add(new Damage(kind, copy.reader(file).label(), 0, 0, detail + "; the file is set aside"));
    }

    private void walk(int file, boolean goodHeader) throws IOException {
        BlockFileReader reader = copy.reader(file);
        BlockOwner owner = BlockOwner.emergency(shard);
        walker = walker == null ? new SegmentWalker(reader, owner) : new SegmentWalker(reader, owner, walker);
        List<Damage> seen = new ArrayList<>();
        int before = found.size();
        SegmentWalker.Step step = walker.next(true);
        while (step != SegmentWalker.Step.END) {
            if (step == SegmentWalker.Step.DAMAGE) {
                seen.add(walker.damage());
            } else {
                BlockInfo info = walker.info(file);
                found.add(new FoundBlock(copy, info, EnvelopeLayout.checksum(walker.bytes(), walker.blockOffset())));
            }
            step = walker.next(true);
        }
        List<FoundBlock> here = found.subList(before, found.size());
        judge(file, goodHeader, here, seen);
    }

    private void judge(int file, boolean goodHeader, List<FoundBlock> here, List<Damage> seen) throws IOException {
        long end = FileFormat.HEADER_BYTES;
        for (FoundBlock block : here) {
            if (block.info().lastSequence() > foldedThrough) {
                end = block.endPosition();
            }
        }
        if (goodHeader) {
            copy.headerIsGood(file);
        } else if (!here.isEmpty()) {
            damage.add(damage(file, DamageKind.HEADER, 0, "the header of the file is damaged; its blocks are served"));
        } else if (!isUnused(file)) {
            setAside(file, DamageKind.NOT_A_BLOCK, "this is no emergency file");
            return;
        }
        for (Damage each : seen) {
            boolean strange = each.kind() == DamageKind.UNKNOWN_VERSION || each.kind() == DamageKind.FOREIGN;
            if (strange) {
                setAside(file, each.kind(), each.detail());
            } else if (each.position() >= FileFormat.HEADER_BYTES && each.position() < end && isUnfolded(each, here)) {
                damage.add(each);
            }
        }
        // What stands behind the last block that is not folded is older, and folded, or was being written at a crash.
        if (begun(file, end, here)) {
            damage.add(damage(
                    file,
                    DamageKind.UNFINISHED,
                    end,
                    "a block that is whole no more, or never was; it was not acknowledged unless the disk changed it"));
        }
    }

    /** Whether the bytes may be of a block that is not folded: a file is written in the order of positions. */
    private boolean isUnfolded(Damage bytes, List<FoundBlock> here) {
        return here.stream()
                .filter(block -> block.info().position() >= bytes.position())
                .findFirst()
                .map(behind -> bytes.lengthBytes() > 0
                        ? behind.info().firstSequence() > foldedThrough + 1
                        : behind.info().lastSequence() > foldedThrough)
                .orElse(true);
    }

    private Damage damage(int file, DamageKind kind, long position, String detail) {
        return new Damage(kind, copy.reader(file).label(), position, 0, detail);
    }

    private boolean begun(int file, long position, List<FoundBlock> here) throws IOException {
        ByteBuffer word = read(file, position, FileFormat.WORD_BYTES);
        return word.getInt(0) != 0
                && here.stream().noneMatch(block -> block.info().position() == position + FileFormat.WORD_BYTES);
    }

    /** Whether nothing but a header that was not written whole was ever written to it. */
    private boolean isUnused(int file) throws IOException {
        if (!FileFormat.isBrokenOff(header(file), shard, file)) {
            return false;
        }
        BlockFileReader reader = copy.reader(file);
        byte[] chunk = new byte[CHUNK_BYTES];
        byte[] zeros = new byte[CHUNK_BYTES];
        long position = FileFormat.HEADER_BYTES;
        int count = reader.read(position, chunk, 0, chunk.length);
        while (count > 0) {
            if (!Arrays.equals(chunk, 0, count, zeros, 0, count)) {
                return false;
            }
            position += count;
            count = reader.read(position, chunk, 0, chunk.length);
        }
        return true;
    }
}
