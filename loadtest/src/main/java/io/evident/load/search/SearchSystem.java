package io.evident.load.search;

import java.io.IOException;

/** A system that can be asked. One thread uses it. */
interface SearchSystem extends AutoCloseable {
    /**
     * Asks, and reads the whole answer.
     *
     * @throws IOException when there was no answer, or another than one that counts
     */
    Answer ask(Asking asking) throws IOException;

    @Override
    void close() throws IOException;

    /**
     * An answer, as far as it is compared.
     *
     * @param rows how many events or numbers it has
     * @param fingerprint of their ids, or of the numbers, in their order
     * @param fromCache whether the system says that it had the answer at hand
     */
    record Answer(int rows, long fingerprint, boolean fromCache) {}
}
