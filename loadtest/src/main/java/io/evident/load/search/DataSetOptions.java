package io.evident.load.search;

import io.evident.load.dataset.DataSet;
import picocli.CommandLine.Option;

/** Which data set: what all commands about it have to be told alike. */
final class DataSetOptions {
    @Option(names = "--events", defaultValue = "50000000", description = "events of the data set (${DEFAULT-VALUE})")
    private long events;

    @Option(names = "--seed", defaultValue = "1", description = "what the events follow from (${DEFAULT-VALUE})")
    private long seed;

    /** The data set. Throws {@link IllegalArgumentException} when it has too few or too many events. */
    DataSet dataSet() {
        return new DataSet(seed, events);
    }

    long seed() {
        return seed;
    }
}
