package io.evident.load.ledger;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Somewhere that events can be read back from. Used by one thread, once. */
interface StoredEvents {
    /** Hands on every event that is there; returns what was found wrong with the place itself, a line each. */
    List<String> readAll(Consumer<StoredFact> facts) throws IOException;
}
