package io.evident.server.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A folder in two images, like {@link SimFile}: an entry that was not forced may not be there after a power cut. */
final class SimFolder implements SimNode {
    /** One step: {@code removed} goes, {@code put} comes; both or neither. */
    private static final class Change {
        private final String removed;
        private final String put;
        private final SimNode node;

        Change(String removed, String put, SimNode node) {
            this.removed = removed;
            this.put = put;
            this.node = node;
        }

        void apply(Map<String, SimNode> entries) {
            if (removed != null) {
                entries.remove(removed);
            }
            entries.put(put, node);
        }
    }

    private TreeMap<String, SimNode> now = new TreeMap<>();
    private TreeMap<String, SimNode> disk = new TreeMap<>();
    private final List<Change> unforced = new ArrayList<>();

    SimNode get(String name) {
        return now.get(name);
    }

    List<String> names() {
        return List.copyOf(now.keySet());
    }

    void put(String name, SimNode node) {
        change(new Change(null, name, node));
    }

    void rename(String from, String to) {
        change(new Change(from, to, now.get(from)));
    }

    private void change(Change change) {
        change.apply(now);
        unforced.add(change);
    }

    void force() {
        disk = new TreeMap<>(now);
        unforced.clear();
    }

    /** Everything in it is gone, on the disk too. */
    void lose() {
        now.clear();
        disk.clear();
        unforced.clear();
    }

    /** The entries and all below them. */
    void evict(SplittableRandom random) {
        for (SimNode node : now.values()) {
            if (node instanceof SimFolder folder) {
                folder.evict(random);
            } else if (node instanceof SimFile file) {
                file.evict(random);
            }
        }
    }

    @Override
    public void powerCut(SplittableRandom random, PowerCut how) {
        for (Change change : unforced) {
            if (how.fateOf(random) != PowerCut.Fate.LOST) {
                change.apply(disk);
            }
        }
        unforced.clear();
        now = new TreeMap<>(disk);
        for (SimNode node : now.values()) {
            node.powerCut(random, how);
        }
    }
}
