package io.evident.ingest;

/** Checks of configured limits. */
final class Limits {
    private Limits() {}

    static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + "; it has to be at least 1");
        }
    }
}
