package io.evident.server.simulation;

import java.util.SplittableRandom;

/** What a power cut leaves of what was written and not forced. */
enum PowerCut {
    /** Nothing. */
    LOSES_ALL,
    /** Everything: the kernel had just written it back. */
    KEEPS_ALL,
    /** Any pages, in any order. */
    KEEPS_SOME_PAGES,
    /** Any sectors of any pages. */
    TEARS_PAGES;

    /** What becomes of one page. */
    enum Fate {
        LOST,
        KEPT,
        TORN
    }

    private static final PowerCut[] ALL = values();

    static PowerCut any(SplittableRandom random) {
        return ALL[random.nextInt(ALL.length)];
    }

    Fate fateOf(SplittableRandom random) {
        return switch (this) {
            case LOSES_ALL -> Fate.LOST;
            case KEEPS_ALL -> Fate.KEPT;
            case KEEPS_SOME_PAGES -> random.nextBoolean() ? Fate.KEPT : Fate.LOST;
            case TEARS_PAGES -> Fate.values()[random.nextInt(3)];
        };
    }
}
