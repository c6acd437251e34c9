package io.evident.storage.blocks;

import java.util.Arrays;

/**
 * Which blocks of a shard are freed, as runs: few, as what is oldest goes first. Threads may add one after the other; any thread
 * asks, without a lock.
 */
final class FreedBlocks {
    /** Of each run its first block and the one behind it, ascending, none of them touching the next. */
    private volatile int[] bounds = new int[0];

    private volatile long events;

    /** Adds a run, none of whose blocks is freed yet. */
    synchronized void add(int from, int to, long eventsOfThem) {
        if (from == to) {
            return;
        }
        int[] now = bounds;
        int at = Arrays.binarySearch(now, from);
        int insert = at < 0 ? -at - 1 : at + 1;
        boolean joinsBefore = at >= 0;
        boolean joinsNext = insert < now.length && now[insert] == to;
        int[] next = new int
                [now.length
                        + (joinsBefore ? 0 : 1)
                        + (joinsNext ? 0 : 1)
                        - (joinsBefore ? 1 : 0)
                        - (joinsNext ? 1 : 0)];
        int head = joinsBefore ? insert - 1 : insert;
        System.arraycopy(now, 0, next, 0, head);
        int end = head;
        if (!joinsBefore) {
            next[end++] = from;
        }
        if (!joinsNext) {
            next[end++] = to;
        }
        int tail = joinsNext ? insert + 1 : insert;
        System.arraycopy(now, tail, next, end, now.length - tail);
        events += eventsOfThem;
        bounds = next;
    }

    /** The events of all of them. */
    long events() {
        return events;
    }

    /** The first block at or behind one that is not freed. */
    int nextKept(int block) {
        int[] now = bounds;
        int run = runOf(now, block);
        return run < 0 ? block : now[run + 1];
    }

    /** The block behind the last one below {@code end} that is not freed; 0 when there is none. */
    int keptBelow(int end) {
        int[] now = bounds;
        int run = runOf(now, end - 1);
        return run < 0 ? end : now[run];
    }

    /** Where the run begins that holds a block, or -1. */
    private static int runOf(int[] bounds, int block) {
        int at = Arrays.binarySearch(bounds, block);
        int begin = at >= 0 ? at : -at - 2;
        return begin >= 0 && begin % 2 == 0 ? begin : -1;
    }
}
