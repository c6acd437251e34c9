package io.evident.server.simulation;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A disk in memory, with the kernel's cache before it. Outlives the simulated processes; what they do to it goes through
 * {@link SimFiles}. Everything is below one path, which exists on the real disk too and is never written to there.
 */
final class SimDisk {
    /** No entry has this name. */
    private static final List<String> NOWHERE = List.of("");

    private final Path base;
    private final SimFolder root = new SimFolder();
    /** Taken apart once: the same few paths are asked for again and again. */
    private final Map<Path, List<String>> namesBelowBase = new HashMap<>();

    private final Map<Path, String> names = new HashMap<>();

    SimDisk(Path base) {
        this.base = base;
    }

    Path base() {
        return base;
    }

    /** A path as the trace names it. */
    String name(Path path) {
        return names.computeIfAbsent(
                path, each -> each.startsWith(base) ? base.relativize(each).toString() : "outside");
    }

    boolean exists(Path path) {
        return base.startsWith(path) || find(path) != null;
    }

    List<Path> list(Path folder) throws IOException {
        return folder(folder).names().stream().map(folder::resolve).toList();
    }

    void createFolder(Path folder) throws IOException {
        if (exists(folder)) {
            throw new FileAlreadyExistsException(folder.toString());
        }
        folder(folder.getParent()).put(nameOf(folder), new SimFolder());
    }

    /** The file, created where it is not there. */
    SimFile create(Path path) throws IOException {
        SimNode known = find(path);
        if (known instanceof SimFile file) {
            return file;
        }
        SimFile created = new SimFile();
        folder(path.getParent()).put(nameOf(path), created);
        return created;
    }

    SimFile file(Path path) throws IOException {
        if (find(path) instanceof SimFile file) {
            return file;
        }
        throw new NoSuchFileException(path.toString());
    }

    SimFolder folder(Path path) throws IOException {
        if (find(path) instanceof SimFolder folder) {
            return folder;
        }
        throw new NoSuchFileException(path.toString());
    }

    void rename(Path from, Path to) throws IOException {
        file(from);
        if (!from.getParent().equals(to.getParent())) {
            throw new IOException("from one folder to another is not simulated: " + from + ", " + to);
        }
        folder(from.getParent()).rename(nameOf(from), nameOf(to));
    }

    /** Power fails and comes back. */
    void powerCut(SplittableRandom random, PowerCut how) {
        root.powerCut(random, how);
    }

    /** Makes a folder that was there before anything else, as a place where a volume is mounted. */
    void mount(Path folder) throws IOException {
        createFolder(folder);
        folder(folder.getParent()).force();
    }

    /** The files of a folder, if it is there. */
    List<SimFile> files(Path folder) throws IOException {
        List<SimFile> files = new ArrayList<>();
        if (exists(folder)) {
            for (Path entry : list(folder)) {
                if (find(entry) instanceof SimFile file) {
                    files.add(file);
                }
            }
        }
        return files;
    }

    /** The kernel needs memory. */
    void evict(SplittableRandom random) {
        root.evict(random);
    }

    private SimNode find(Path path) {
        SimNode node = root;
        for (String name : namesBelowBase.computeIfAbsent(path, this::apart)) {
            node = node instanceof SimFolder folder ? folder.get(name) : null;
        }
        return node;
    }

    private List<String> apart(Path path) {
        if (path.equals(base)) {
            return List.of();
        }
        if (!path.startsWith(base)) {
            return NOWHERE;
        }
        List<String> apart = new ArrayList<>();
        base.relativize(path).forEach(name -> apart.add(name.toString()));
        return List.copyOf(apart);
    }

    private static String nameOf(Path path) {
        return path.getFileName().toString();
    }
}
